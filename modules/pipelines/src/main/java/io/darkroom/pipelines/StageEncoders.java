package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.ModelNetworks;
import io.darkroom.inference.text.ClipTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model's text encoders as one stage uses them. Tokenizers that know further words are made for the stage and closed with it;
 * making one takes about a tenth of a second on the thread of the stage, which waits for nothing else.
 */
final class StageEncoders implements AutoCloseable {
    private static final String FIELD = "textual_inversions";

    private final List<StageEncoder> encoders = new ArrayList<>();
    private final List<ClipTokenizer> own = new ArrayList<>();

    private StageEncoders() {}

    static StageEncoders open(StageRun run) throws StageException, DeviceException {
        ModelNetworks networks = run.networks();
        StageEncoders opened = new StageEncoders();
        try {
            for (int text = 0; text < networks.texts(); text++) {
                opened.add(run, networks, text);
            }
            return opened;
        } catch (StageException | DeviceException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    int count() {
        return encoders.size();
    }

    StageEncoder get(int text) {
        return encoders.get(text);
    }

    @Override
    public void close() {
        own.forEach(ClipTokenizer::close);
    }

    private void add(StageRun run, ModelNetworks networks, int text) throws StageException, DeviceException {
        ClipTokenizer tokenizer = networks.tokenizer(text);
        List<String> tokens = new ArrayList<>();
        List<Tensor> vectors = new ArrayList<>();
        int width = run.model().texts().get(text).width();
        for (TextualInversion inversion : run.adapters().inversions()) {
            Optional<Tensor> learned = vectors(inversion, text, networks.texts());
            if (learned.isEmpty()) {
                continue;
            }
            requireWidth(inversion, learned.get(), width);
            for (String token : inversion.tokens(learned.get().rows())) {
                requireNew(inversion, token, tokens, tokenizer);
                tokens.add(token);
            }
            vectors.add(learned.get());
        }
        if (!run.adapters().loras().isEmpty()) {
            // loaded even for a stage that will not ask for it, so that a LoRA that does not fit it is refused
            networks.textEncoder(text);
        }
        if (tokens.isEmpty()) {
            encoders.add(new StageEncoder(tokenizer, networks, run.shared(), text));
            return;
        }
        ClipTokenizer extended = tokenizer.with(tokens);
        own.add(extended);
        encoders.add(
                new StageEncoder(extended, networks, run.shared(), text, tokens, Optional.of(Tensor.concat(vectors))));
    }

    private static Optional<Tensor> vectors(TextualInversion inversion, int text, int texts) throws StageException {
        if (inversion.vectors().size() != texts) {
            throw StageException.user(
                    FIELD,
                    inversion.name() + " was learned for " + inversion.vectors().size()
                            + " text encoders; this model has " + texts);
        }
        return inversion.vectors().get(text);
    }

    private static void requireWidth(TextualInversion inversion, Tensor vectors, int width) throws StageException {
        if (vectors.rank() != 2 || vectors.rows() < 1 || vectors.dimension(1) != width || !vectors.isFinite()) {
            throw StageException.user(
                    FIELD,
                    inversion.name() + " has vectors of the shape "
                            + vectors.toString().substring("Tensor".length())
                            + "; this model's text encoder takes finite ones of [n, " + width + "]");
        }
    }

    private static void requireNew(
            TextualInversion inversion, String token, List<String> others, ClipTokenizer tokenizer)
            throws StageException {
        if (others.contains(token) || tokenizer.knows(token)) {
            throw StageException.user(
                    FIELD,
                    inversion.name() + ": the token " + token + " is one already; import it with another --token");
        }
    }
}
