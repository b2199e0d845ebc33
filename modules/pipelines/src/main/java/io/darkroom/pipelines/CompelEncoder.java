package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.compel.Conjunction;
import io.darkroom.inference.compel.Conjunction.Blend;
import io.darkroom.inference.compel.Conjunction.Flat;
import io.darkroom.inference.compel.Conjunction.Fragment;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.TextEncoder.Encoding;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.text.TextRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Encodes what a prompt says in compel's syntax with one text encoder, as compel 2.1.1 does it with {@code
 * truncate_long_prompts=False} ({@code embeddings_provider.py}): a long text in pieces of the encoder's length; a weight moves a
 * token's states away from those of the empty text; below 1 the result is also mixed with what the text gives while that
 * fragment is hidden.
 */
final class CompelEncoder {
    private static final int ROWS_PER_CALL = 8;

    /** Each hidden fragment costs a run of the encoder for every piece of the text. */
    private static final int MOST_ROWS = 512;

    private final StageRun run;
    private final StageEncoder encoder;
    private final TextEncoder.Layer layer;
    private final String field;
    private final Tensor empty;

    /**
     * @param field of the request that the prompt stands in
     */
    CompelEncoder(StageRun run, StageEncoder encoder, TextEncoder.Layer layer, String field)
            throws StageException, DeviceException, InterruptedException {
        this.run = run;
        this.encoder = encoder;
        this.layer = layer;
        this.field = field;
        this.empty = run(List.of(TextRow.of(encoder.framed(List.of())))).getFirst();
    }

    /** The states of the empty text, {@code [1, length, width]}: what shorter prompts are filled up with. */
    Tensor empty() {
        return empty;
    }

    /** States of all parts one behind the other, {@code [1, n * length, width]}. */
    Tensor states(Conjunction prompt) throws StageException, DeviceException, InterruptedException {
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < prompt.parts().size(); i++) {
            Tensor states =
                    switch (prompt.parts().get(i)) {
                        case Flat flat -> states(flat);
                        case Blend blend -> blended(blend);
                    };
            float weight = prompt.weights().get(i).floatValue();
            parts.add(weight == 1 ? states : scaledFromEmpty(states, weight));
        }
        return parts.isEmpty() ? empty : States.behind(parts);
    }

    private Tensor scaledFromEmpty(Tensor states, float weight) {
        Tensor nothing = States.filledTo(empty, states.dimension(1), empty);
        return nothing.plus(states.minus(nothing).times(weight));
    }

    private Tensor blended(Blend blend) throws StageException, DeviceException, InterruptedException {
        List<Tensor> prompts = new ArrayList<>();
        for (Flat flat : blend.prompts()) {
            prompts.add(states(flat));
        }
        int longest =
                prompts.stream().mapToInt(prompt -> prompt.dimension(1)).max().orElseThrow();
        List<Tensor> filled = prompts.stream()
                .map(prompt -> States.filledTo(prompt, longest, empty))
                .toList();
        return States.mixed(filled, blend.weights(), blend.normalized());
    }

    /** Of a swap the original, as long as the edited text needs. */
    private Tensor states(Flat flat) throws StageException, DeviceException, InterruptedException {
        Tensor states = weighted(flat.fragments());
        if (!flat.swaps()) {
            return states;
        }
        int edited = TextPieces.of(encoder, flat.editedFragments()).count() * encoder.length();
        return States.filledTo(states, Math.max(edited, states.dimension(1)), empty);
    }

    private Tensor weighted(List<Fragment> fragments) throws StageException, DeviceException, InterruptedException {
        TextPieces pieces = TextPieces.of(encoder, fragments);
        List<Double> shares = new ArrayList<>(List.of(1.0));
        List<TextRow> rows = new ArrayList<>(pieces.rows());
        for (int i = 0; i < fragments.size(); i++) {
            double weight = fragments.get(i).weight();
            if (weight < 1 && pieces.hasTokens(i)) {
                rows.addAll(pieces.rowsWithout(i));
                // compel's choice: 0 at weight 1, 1 at 0.5, without bound towards 0
                shares.add(Math.tan((1 - Math.max(1e-5, weight)) * Math.PI / 2));
            }
            requireRows(rows.size());
        }
        List<Tensor> states = run(rows);
        List<Tensor> versions = new ArrayList<>();
        for (int start = 0; start < states.size(); start += pieces.count()) {
            List<Tensor> scaled = new ArrayList<>();
            for (int piece = 0; piece < pieces.count(); piece++) {
                scaled.add(States.scaledByToken(states.get(start + piece), empty, pieces.weights(piece)));
            }
            versions.add(States.behind(scaled));
        }
        return versions.size() == 1 ? versions.getFirst() : States.mixed(versions, shares, true);
    }

    private void requireRows(int rows) throws StageException {
        if (rows > MOST_ROWS) {
            throw StageException.user(
                    field,
                    "needs more than " + MOST_ROWS
                            + " runs of the text encoder; use fewer weights below 1, or less text");
        }
    }

    /** One tensor {@code [1, length, width]} for each row. */
    private List<Tensor> run(List<TextRow> rows) throws StageException, DeviceException, InterruptedException {
        List<Tensor> states = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += ROWS_PER_CALL) {
            List<TextRow> batch = rows.subList(from, Math.min(rows.size(), from + ROWS_PER_CALL));
            Timed<Encoding> encoded = encoder.states(layer, batch)
                    .orElseThrow(() -> StageException.user(
                            field,
                            "weights below 1 hide words from the text encoder, which this model's export does not"
                                    + " allow; use weights of 1 and more, or another export"));
            run.spent(encoded.deviceNanos());
            for (int row = 0; row < batch.size(); row++) {
                states.add(encoded.value().hidden().row(row));
            }
        }
        return Collections.unmodifiableList(states);
    }
}
