package io.darkroom.inference.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.darkroom.inference.model.FolderFiles;
import io.darkroom.inference.model.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CLIP's tokenizer as transformers' {@code CLIPTokenizerFast} runs it. Safe for many threads. Holds
 * native memory until closed.
 */
public final class ClipTokenizer implements AutoCloseable {
    /** Padding and truncation are done here, so that the part that is cut is known. */
    private static final Map<String, String> PLAIN = Map.of("padding", "false", "truncation", "false");

    private static final int REPLACEMENT = 0xFFFD;

    private final HuggingFaceTokenizer tokenizer;
    private final TokenizerFiles files;

    private ClipTokenizer(HuggingFaceTokenizer tokenizer, TokenizerFiles files) {
        this.tokenizer = tokenizer;
        this.files = files;
    }

    /**
     * Opens a tokenizer from {@code tokenizer.json}, or else from {@code vocab.json} and {@code
     * merges.txt}.
     *
     * @param directory inside the model folder
     * @param positions how many ids the text encoder can take; bounds what the tokenizer's
     *     configuration says
     */
    public static ClipTokenizer open(FolderFiles folder, String directory, int positions) throws ModelException {
        TokenizerFiles files = TokenizerFiles.read(folder, directory, positions);
        try {
            return of(files);
        } catch (IOException | RuntimeException e) {
            throw new ModelException(directory + ": cannot be opened as a tokenizer: " + e.getMessage(), e);
        }
    }

    private static ClipTokenizer of(TokenizerFiles files) throws IOException {
        // without these the library looks for a GPU build to download, and reports its use
        System.setProperty("RUST_FLAVOR", "cpu");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        return new ClipTokenizer(
                HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(files.json()), PLAIN), files);
    }

    /**
     * Another tokenizer that knows further tokens, which is closed for itself. Like transformers' {@code add_tokens}: found
     * in any text before it is split, in any case, with the ids that follow the vocabulary's in the order given.
     */
    public ClipTokenizer with(List<String> tokens) {
        try {
            return of(files.with(tokens));
        } catch (IOException | ModelException e) {
            throw new IllegalStateException("a tokenizer that was opened once cannot be opened again", e);
        }
    }

    /** How many ids there are; added tokens have the ids from here on. */
    public long vocabularySize() {
        return files.vocabularySize();
    }

    /** Whether a word is a token already. */
    public boolean knows(String token) {
        return files.knows(token);
    }

    /** Ids per prompt. */
    public int length() {
        return files.maxLength();
    }

    /**
     * Start, prompt, end, padding: always {@link #length()} ids. What does not fit is cut off
     * before the end.
     */
    public Tokens encode(String prompt) {
        return encode(prompt, files.maxLength());
    }

    /**
     * The same as if the encoder took {@code length} ids.
     *
     * @param length 2 and up
     */
    public Tokens encode(String prompt, int length) {
        long[] all = tokenizer.encode(wellFormed(prompt), true, false).getIds();
        long[] ids = Arrays.copyOf(all, length);
        if (all.length <= length) {
            Arrays.fill(ids, all.length, length, files.padId());
            return new Tokens(ids, all.length, Optional.empty());
        }
        ids[length - 1] = files.endId();
        long[] cut = Arrays.copyOfRange(all, length - 1, all.length - 1);
        return new Tokens(ids, length, Optional.of(readable(tokenizer.decode(cut, true))));
    }

    /** The tokens of a text, however many. */
    public Words words(String text) {
        Encoding encoding = tokenizer.encode(wellFormed(text), false, false);
        return new Words(Arrays.stream(encoding.getIds()).boxed().toList(), List.of(encoding.getTokens()));
    }

    /**
     * Start, the given ids, end, padding: always {@link #length()} ids.
     *
     * @param ids at most two less than that
     */
    public long[] framed(List<Long> ids) {
        long[] framed = new long[files.maxLength()];
        Arrays.fill(framed, files.padId());
        framed[0] = encode("").ids()[0];
        for (int i = 0; i < ids.size(); i++) {
            framed[i + 1] = ids.get(i);
        }
        framed[ids.size() + 1] = files.endId();
        return framed;
    }

    /**
     * Half a surrogate pair would garble every character beyond the basic plane on the way to the
     * native library.
     */
    private static String wellFormed(String text) {
        return text.codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? REPLACEMENT : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String readable(String decoded) {
        return decoded.replace("</w>", " ").strip();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
