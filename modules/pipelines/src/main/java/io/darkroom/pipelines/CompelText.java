package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.compel.CompelPrompt;
import io.darkroom.inference.compel.CompelSyntaxException;
import io.darkroom.inference.compel.Conjunction;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.text.TextRow;
import io.darkroom.inference.text.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One side of a prompt in compel's syntax, for all of a model's text encoders. For SDXL that is compel with {@code
 * PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED} and {@code requires_pooled=[False, True]}: both encoders' states side by side, and
 * the second one's pooled text of the prompt as it was written, signs and all.
 */
final class CompelText {
    private static final int MOST_TOKENS = GivenStates.MOST_TOKENS;

    private final StageRun run;
    private final StageEncoders encoders;
    private final int skipped;

    /**
     * @param skipped how many of the last layers are left out, beyond those that the family leaves out by itself
     */
    CompelText(StageRun run, StageEncoders encoders, OptionalInt skipped) {
        this.run = run;
        this.encoders = encoders;
        this.skipped = skipped.orElse(0);
    }

    /**
     * A text's states, and what to fill them up with.
     *
     * @param empty of one piece, {@code [1, length, width]}
     */
    record Side(TextStates states, Tensor empty) {
        Side filledTo(int tokens) {
            return new Side(new TextStates(States.filledTo(states.hidden(), tokens, empty), states.pooled()), empty);
        }
    }

    /**
     * @param field of the request, {@code prompt} or {@code negative_prompt}
     * @param second for SDXL's second encoder; absent: the same text
     */
    Side side(String field, String text, Optional<String> second)
            throws StageException, DeviceException, InterruptedException {
        boolean refiner = encoders.count() == 1 && run.model().family().isXl();
        Side first = encoded(0, field, text);
        if (encoders.count() == 1) {
            return refiner ? new Side(withPooled(first.states(), 0, text), first.empty()) : first;
        }
        Optional<String> given = second.filter(other -> !other.isEmpty());
        String secondText = given.orElse(text);
        Side other = encoded(1, given.isPresent() ? field + "_2" : field, secondText);
        int tokens = Math.max(first.states().tokens(), other.states().tokens());
        Tensor both = States.beside(
                first.filledTo(tokens).states().hidden(),
                other.filledTo(tokens).states().hidden());
        return new Side(
                withPooled(new TextStates(both, Optional.empty()), 1, secondText),
                States.beside(first.empty(), other.empty()));
    }

    private Side encoded(int text, String field, String prompt)
            throws StageException, DeviceException, InterruptedException {
        Conjunction conjunction = parsed(field, prompt);
        CompelEncoder encoder = new CompelEncoder(run, encoders.get(text), layer(text), field);
        Tensor states = encoder.states(conjunction);
        if (states.dimension(1) > MOST_TOKENS) {
            throw StageException.user(
                    field, "has " + states.dimension(1) + " tokens, more than the " + MOST_TOKENS + " allowed");
        }
        return new Side(new TextStates(states, Optional.empty()), encoder.empty());
    }

    private TextEncoder.Layer layer(int text) {
        int layers = run.model().texts().get(text).layers();
        return run.model().family().isXl()
                ? new TextEncoder.Layer.BeforeLast(skipped)
                : new TextEncoder.Layer.Normed(layers - skipped, layers);
    }

    private Conjunction parsed(String field, String prompt) throws StageException {
        try {
            Conjunction conjunction = CompelPrompt.parse(prompt);
            if (!conjunction.loras().isEmpty()) {
                warn(field + ": withLora(...) has no effect, as in compel; name LoRAs in the field loras.");
            }
            if (conjunction.parts().stream().anyMatch(part -> part instanceof Conjunction.Flat flat && flat.swaps())) {
                warn(field + ": .swap() gives the original, as in compel when it makes one tensor.");
            }
            return conjunction;
        } catch (CompelSyntaxException e) {
            throw StageException.user(field, e.getMessage());
        }
    }

    private void warn(String warning) {
        if (!run.warnings().contains(warning)) {
            run.warnings().add(warning);
        }
    }

    private TextStates withPooled(TextStates states, int text, String prompt)
            throws StageException, DeviceException, InterruptedException {
        StageEncoder encoder = encoders.get(text);
        Tokens tokens = encoder.tokens("prompt", prompt, encoder.length(), new ArrayList<>());
        Timed<TextEncoder.Encoding> whole = encoder.states(layer(text), List.of(TextRow.of(tokens.ids())))
                .orElseThrow(() -> PromptEncoding.closedEncoder(0));
        run.spent(whole.deviceNanos());
        return new TextStates(states.hidden(), whole.value().pooled());
    }
}
