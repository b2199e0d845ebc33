package io.darkroom.pipelines;

import io.darkroom.inference.compel.Conjunction.Fragment;
import io.darkroom.inference.text.TextRow;
import io.darkroom.inference.text.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A text of any length cut into pieces of the encoder's length, each with its own start and end: behind a full stop where there
 * is one, else behind another sign, else behind a word (compel: {@code SplitLongTextMode.SENTENCES}).
 */
final class TextPieces {
    private static final Set<String> SENTENCE_ENDS = Set.of(".</w>");
    private static final Set<String> PHRASE_ENDS = Set.of(".</w>", ",</w>", ";</w>", ":</w>");

    private final StageEncoder encoder;
    private final List<long[]> ids = new ArrayList<>();
    private final List<float[]> weights = new ArrayList<>();

    /** For each fragment where its first and last token lie, counted over all pieces; -1 if it has none. */
    private final int[] first;

    private final int[] last;

    private TextPieces(StageEncoder encoder, int fragments) {
        this.encoder = encoder;
        this.first = new int[fragments];
        this.last = new int[fragments];
        Arrays.fill(first, -1);
        Arrays.fill(last, -1);
    }

    /** One token of the text and the fragment that it is of. */
    private record Token(long id, String piece, int fragment) {}

    static TextPieces of(StageEncoder encoder, List<Fragment> fragments) {
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < fragments.size(); i++) {
            Words words = encoder.words(fragments.get(i).text());
            for (int word = 0; word < words.ids().size(); word++) {
                tokens.add(new Token(words.ids().get(word), words.pieces().get(word), i));
            }
        }
        TextPieces pieces = new TextPieces(encoder, fragments.size());
        List<Token> left = tokens;
        do {
            int end = pieces.cut(left);
            pieces.add(left.subList(0, end), fragments);
            left = left.subList(end, left.size());
        } while (!left.isEmpty());
        return pieces;
    }

    private void add(List<Token> tokens, List<Fragment> fragments) {
        int start = ids.size() * encoder.length();
        float[] pieceWeights = new float[encoder.length()];
        Arrays.fill(pieceWeights, 1);
        for (int i = 0; i < tokens.size(); i++) {
            int fragment = tokens.get(i).fragment();
            pieceWeights[i + 1] = (float) fragments.get(fragment).weight();
            first[fragment] = first[fragment] < 0 ? start + i + 1 : first[fragment];
            last[fragment] = start + i + 1;
        }
        ids.add(encoder.framed(tokens.stream().map(Token::id).toList()));
        weights.add(pieceWeights);
    }

    private int cut(List<Token> tokens) {
        int most = encoder.length() - 2;
        if (tokens.size() <= most) {
            return tokens.size();
        }
        List<Predicate<String>> ends =
                List.of(SENTENCE_ENDS::contains, PHRASE_ENDS::contains, piece -> piece.endsWith("</w>"));
        for (Predicate<String> isEnd : ends) {
            for (int i = most; i > 0; i--) {
                if (isEnd.test(tokens.get(i - 1).piece())) {
                    return i;
                }
            }
        }
        return most;
    }

    int count() {
        return ids.size();
    }

    boolean hasTokens(int fragment) {
        return first[fragment] >= 0;
    }

    List<TextRow> rows() {
        return ids.stream().map(TextRow::of).toList();
    }

    /** A weight for each position of a piece. */
    float[] weights(int piece) {
        return weights.get(piece);
    }

    /** All pieces with the fragment hidden; the first and last position of a piece stay. */
    List<TextRow> rowsWithout(int fragment) {
        int length = encoder.length();
        List<TextRow> rows = new ArrayList<>();
        for (int piece = 0; piece < ids.size(); piece++) {
            BitSet hidden = new BitSet();
            for (int position = 1; position < length - 1; position++) {
                int at = piece * length + position;
                hidden.set(position, at >= first[fragment] && at <= last[fragment]);
            }
            rows.add(new TextRow(ids.get(piece), hidden));
        }
        return rows;
    }
}
