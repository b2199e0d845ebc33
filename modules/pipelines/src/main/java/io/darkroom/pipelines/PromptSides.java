package io.darkroom.pipelines;

import io.darkroom.inference.device.DeviceException;
import java.util.List;
import java.util.Optional;

/** A prompt of compel's syntax with its negative one, which is filled up to the same length. */
final class PromptSides {
    private final StageRun run;
    private final Prompt prompt;
    private final CompelText text;

    PromptSides(StageRun run, StageEncoders encoders, Prompt prompt) {
        this.run = run;
        this.prompt = prompt;
        this.text = new CompelText(run, encoders, prompt.clipSkip());
    }

    /**
     * Encodes for {@code images} pictures.
     *
     * @param guided whether to put the negative prompt's rows before
     */
    PromptEncoding encode(boolean guided, int images) throws StageException, DeviceException, InterruptedException {
        if (!guided) {
            return PromptEncoding.of(List.of(wanted().states), images, 0);
        }
        Side wanted = wanted();
        Side unwanted = unwanted(wanted.states);
        int tokens = Math.max(wanted.states.tokens(), unwanted.states.tokens());
        TextStates filled = wanted.filledTo(tokens);
        TextStates negative = unwanted.filledTo(tokens);
        PromptEncoding.requireSameTokens(filled, negative);
        return PromptEncoding.of(List.of(negative, filled), images, 0);
    }

    /** States, and what they can be filled up with unless they were given as they are. */
    private record Side(TextStates states, Optional<CompelText.Side> fillable) {
        static Side of(CompelText.Side side) {
            return new Side(side.states(), Optional.of(side));
        }

        TextStates filledTo(int tokens) {
            return fillable.map(side -> side.filledTo(tokens).states()).orElse(states);
        }
    }

    private Side wanted() throws StageException, DeviceException, InterruptedException {
        if (prompt.embeds().isPresent()) {
            return new Side(GivenStates.ofPrompt(run).checked(prompt.embeds().get()), Optional.empty());
        }
        return Side.of(text.side("prompt", prompt.prompt(), prompt.prompt2()));
    }

    private Side unwanted(TextStates wanted) throws StageException, DeviceException, InterruptedException {
        if (prompt.negativeEmbeds().isPresent()) {
            return new Side(
                    GivenStates.ofNegativePrompt(run)
                            .checked(prompt.negativeEmbeds().get()),
                    Optional.empty());
        }
        if (prompt.negativePrompt().isEmpty()
                && run.model().family().isXl()
                && run.model().xl().forceZerosForEmptyPrompt()) {
            return new Side(wanted.zeros(), Optional.empty());
        }
        return Side.of(text.side("negative_prompt", prompt.negativePrompt().orElse(""), prompt.negativePrompt2()));
    }
}
