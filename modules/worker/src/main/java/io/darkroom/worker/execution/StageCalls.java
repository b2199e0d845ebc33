package io.darkroom.worker.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.pipelines.Controls;
import io.darkroom.pipelines.DenoisingSpan;
import io.darkroom.pipelines.Prompt;
import io.darkroom.pipelines.PromptSyntax;
import io.darkroom.pipelines.Sampling;
import io.darkroom.pipelines.Seeds;
import io.darkroom.pipelines.StageCall;
import io.darkroom.worker.artifact.StageInputs;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Translates a stage from the wire's words into the pipelines'. */
final class StageCalls {

    private StageCalls() {}

    /**
     * The call of a stage that denoises.
     *
     * @param named what the user named for it beside its picture
     * @param pictures what it takes
     * @param controls beside the model
     */
    static StageCall of(
            WorkStage stage, ModelFolder model, StageInputs named, StagePictures pictures, Controls controls)
            throws WorkFault, StoppedException, InterruptedException {
        Prompt prompt = prompt(stage).withEmbeds(named.embeds(), named.negativeEmbeds());
        Sampling sampling = sampling(stage);
        Seeds seeds = seeds(stage);
        if (model.family().decodesEmbeddings()) {
            return KandinskyCalls.of(stage, model, prompt, sampling, seeds, pictures.named(NamedInput.IMAGE_EMBEDS));
        }
        return switch (stage.getKindCase()) {
            case TEXT2IMG ->
                new StageCall.Text2Img(
                        model,
                        prompt,
                        sampling,
                        seeds,
                        stage.getNumImagesPerPrompt(),
                        pixels(stage.getText2Img().getWidth()),
                        pixels(stage.getText2Img().getHeight()),
                        MicroWire.read(stage.getMicro()),
                        controls);
            case IMG2IMG ->
                new StageCall.Img2Img(
                        model,
                        prompt,
                        sampling,
                        seeds,
                        stage.getNumImagesPerPrompt(),
                        stage.getImg2Img().getStrength(),
                        MicroWire.read(stage.getMicro()),
                        controls);
            case INPAINT ->
                new StageCall.Inpaint(
                        model,
                        prompt,
                        sampling,
                        seeds,
                        stage.getNumImagesPerPrompt(),
                        stage.getInpaint().getStrength(),
                        pixels(stage.getInpaint().getWidth()),
                        pixels(stage.getInpaint().getHeight()),
                        named.mask().orElseThrow());
            case UPSCALE ->
                model.family() == ModelFamily.LATENT_UPSCALE
                        ? new StageCall.LatentUpscale(model, prompt, sampling, seeds)
                        : new StageCall.Upscale(
                                model,
                                prompt,
                                sampling,
                                seeds,
                                stage.getNumImagesPerPrompt(),
                                stage.getUpscale().getNoiseLevel());
            case DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH, PRIOR, KIND_NOT_SET ->
                throw new WorkFault(ErrorCode.INTERNAL, "kind " + stage.getKindCase() + " does not denoise");
        };
    }

    static Seeds seeds(WorkStage stage) {
        return stage.getSeeds().hasPerImage()
                ? new Seeds.PerImage(stage.getSeeds().getPerImage().getSeedsList())
                : new Seeds.Single(stage.getSeeds().getSingle());
    }

    static Prompt prompt(WorkStage stage) {
        var prompt = stage.getPrompt();
        return new Prompt(
                        prompt.getPrompt(),
                        prompt.hasNegativePrompt() ? Optional.of(prompt.getNegativePrompt()) : Optional.empty(),
                        prompt.hasPrompt2() ? Optional.of(prompt.getPrompt2()) : Optional.empty(),
                        prompt.hasNegativePrompt2() ? Optional.of(prompt.getNegativePrompt2()) : Optional.empty(),
                        prompt.hasClipSkip() ? OptionalInt.of(prompt.getClipSkip()) : OptionalInt.empty())
                .withSyntax(
                        prompt.getSyntax() == io.darkroom.contract.wire.PromptSyntax.PROMPT_SYNTAX_COMPEL
                                ? PromptSyntax.COMPEL
                                : PromptSyntax.PLAIN);
    }

    private static Sampling sampling(WorkStage stage) throws WorkFault {
        var sampling = stage.getSampling();
        return new Sampling(
                sampling.getNumInferenceSteps(),
                sampling.getGuidanceScale(),
                sampling.getEta(),
                sampling.getScheduler().isEmpty() ? Optional.empty() : Optional.of(sampling.getScheduler()),
                options(sampling.getSchedulerOptionsMap()),
                sampling.getGuidanceRescale(),
                span(sampling));
    }

    private static DenoisingSpan span(io.darkroom.contract.wire.Sampling sampling) {
        return new DenoisingSpan(
                sampling.hasDenoisingStart() ? OptionalDouble.of(sampling.getDenoisingStart()) : OptionalDouble.empty(),
                sampling.hasDenoisingEnd() ? OptionalDouble.of(sampling.getDenoisingEnd()) : OptionalDouble.empty());
    }

    private static Map<String, Object> options(Map<String, String> json) throws WorkFault {
        Map<String, Object> options = new HashMap<>();
        for (Map.Entry<String, String> option : json.entrySet()) {
            try {
                options.put(option.getKey(), Json.mapper().readValue(option.getValue(), Object.class));
            } catch (JsonProcessingException e) {
                throw new WorkFault(
                        ErrorCode.INTERNAL,
                        "scheduler_options." + option.getKey() + ": is not JSON in the work item",
                        e);
            }
        }
        return options;
    }

    private static OptionalInt pixels(int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
