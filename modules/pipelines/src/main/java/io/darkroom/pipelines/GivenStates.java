package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.onnx.TensorPort;
import java.util.Optional;

/** Text states that a user gives instead of a text, held to what the model's network takes. */
record GivenStates(StageRun run, String field, String pooledField) {
    /** More than thirteen prompts of CLIP's length. */
    static final int MOST_TOKENS = 1024;

    static GivenStates ofPrompt(StageRun run) {
        return new GivenStates(run, "prompt_embeds", "pooled_prompt_embeds");
    }

    static GivenStates ofNegativePrompt(StageRun run) {
        return new GivenStates(run, "negative_prompt_embeds", "negative_pooled_prompt_embeds");
    }

    /** The states, once their shapes and values are known to be good. */
    TextStates checked(TextStates given) throws StageException {
        checkHidden(given.hidden());
        Optional<TensorPort> pooledPort = port("text_embeds");
        if (pooledPort.isPresent()) {
            Tensor pooled = given.pooled().orElseThrow(() -> StageException.user(pooledField, "is missing"));
            checkPooled(pooled, pooledPort.get().dimension(1));
        }
        return given;
    }

    private void checkHidden(Tensor hidden) throws StageException {
        long width =
                port("encoder_hidden_states").map(port -> port.dimension(2)).orElse(-1L);
        boolean fits = hidden.rank() == 3
                && hidden.dimension(0) == 1
                && hidden.dimension(1) >= 1
                && (width < 0 || hidden.dimension(2) == width);
        if (!fits) {
            throw StageException.user(
                    field, "has the shape " + shape(hidden) + "; this model takes [1, tokens, " + width(width) + "]");
        }
        if (hidden.dimension(1) > MOST_TOKENS) {
            throw StageException.user(
                    field, hidden.dimension(1) + " tokens are more than the " + MOST_TOKENS + " allowed");
        }
        requireFinite(field, hidden);
    }

    private void checkPooled(Tensor pooled, long width) throws StageException {
        if (pooled.rank() != 2 || pooled.dimension(0) != 1 || (width >= 0 && pooled.dimension(1) != width)) {
            throw StageException.user(
                    pooledField, "has the shape " + shape(pooled) + "; this model takes [1, " + width(width) + "]");
        }
        requireFinite(pooledField, pooled);
    }

    private static void requireFinite(String name, Tensor values) throws StageException {
        if (!values.isFinite()) {
            throw StageException.user(name, "holds a value that is no finite number");
        }
    }

    private Optional<TensorPort> port(String name) {
        return run.model().unet().graph().input(name);
    }

    private static String width(long width) {
        return width < 0 ? "width" : Long.toString(width);
    }

    private static String shape(Tensor tensor) {
        return tensor.toString().substring("Tensor".length());
    }
}
