package io.darkroom.worker.artifact;

import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.ControlNet;
import io.darkroom.contract.wire.PromptSyntax;
import io.darkroom.contract.wire.TextualInversion;
import io.darkroom.contract.wire.WorkStage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parameters that a picture carries in its own file, one JSON object under the keyword {@value
 * #KEYWORD}, by diffusers' names. Nothing in it depends on the job, the attempt or the worker, so
 * that the same picture is the same file wherever it was made.
 */
final class PictureTexts {

    static final String KEYWORD = "darkroom";

    private PictureTexts() {}

    static Map<String, String> of(WorkStage stage, int image) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("kind", kind(stage));
        if (!stage.getModel().isEmpty()) {
            parameters.put("model", stage.getModel());
            parameters.put("model_digest", stage.getModelDigest());
        }
        if (denoises(stage)) {
            addPrompt(parameters, stage);
            addSampling(parameters, stage);
            addControlNets(parameters, stage);
            StageSeeds.ofPicture(stage, image).ifPresent(seed -> parameters.put("seed", seed));
            parameters.put("image", image);
        }
        switch (stage.getKindCase()) {
            case TEXT2IMG -> {
                parameters.put("width", stage.getText2Img().getWidth());
                parameters.put("height", stage.getText2Img().getHeight());
            }
            case IMG2IMG -> {
                parameters.put("strength", stage.getImg2Img().getStrength());
                if (stage.getImg2Img().getWidth() != 0) {
                    parameters.put("width", stage.getImg2Img().getWidth());
                    parameters.put("height", stage.getImg2Img().getHeight());
                }
            }
            case INPAINT -> {
                parameters.put("strength", stage.getInpaint().getStrength());
                parameters.put("width", stage.getInpaint().getWidth());
                parameters.put("height", stage.getInpaint().getHeight());
            }
            case UPSCALE -> {
                if (stage.getUpscale().hasNoiseLevel()) {
                    parameters.put("noise_level", stage.getUpscale().getNoiseLevel());
                }
            }
            case GRID -> {
                parameters.put("rows", stage.getGrid().getRows());
                parameters.put("cols", stage.getGrid().getColumns());
            }
            case CANNY -> {
                parameters.put("low_threshold", stage.getCanny().getLowThreshold());
                parameters.put("high_threshold", stage.getCanny().getHighThreshold());
            }
            case DECODE, ENCODE, ANIMATION, DEPTH, PRIOR, KIND_NOT_SET -> {}
        }
        return Map.of(KEYWORD, new String(Json.write(parameters), StandardCharsets.UTF_8));
    }

    private static boolean denoises(WorkStage stage) {
        return switch (stage.getKindCase()) {
            case TEXT2IMG, IMG2IMG, INPAINT, UPSCALE -> true;
            case DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH, PRIOR, KIND_NOT_SET -> false;
        };
    }

    private static void addPrompt(Map<String, Object> parameters, WorkStage stage) {
        if (stage.getInputsList().stream().noneMatch(input -> input.getRole().equals(NamedInput.IMAGE_EMBEDS))) {
            parameters.put("prompt", stage.getPrompt().getPrompt());
        }
        if (stage.getPrompt().hasNegativePrompt()) {
            parameters.put("negative_prompt", stage.getPrompt().getNegativePrompt());
        }
        if (stage.getAdapters().getInversionsCount() > 0) {
            parameters.put(
                    "textual_inversions",
                    stage.getAdapters().getInversionsList().stream()
                            .map(TextualInversion::getModel)
                            .toList());
        }
        if (stage.getAdapters().getLorasCount() > 0) {
            parameters.put(
                    "loras",
                    stage.getAdapters().getLorasList().stream()
                            .map(lora -> Map.of("model", lora.getModel(), "scale", lora.getScale()))
                            .toList());
        }
        if (stage.getPrompt().getSyntax() == PromptSyntax.PROMPT_SYNTAX_COMPEL) {
            parameters.put("prompt_syntax", "compel");
        }
    }

    private static void addSampling(Map<String, Object> parameters, WorkStage stage) {
        var sampling = stage.getSampling();
        parameters.put("num_inference_steps", sampling.getNumInferenceSteps());
        parameters.put("guidance_scale", sampling.getGuidanceScale());
        if (sampling.hasPriorNumInferenceSteps()) {
            parameters.put("prior_num_inference_steps", sampling.getPriorNumInferenceSteps());
            parameters.put("prior_guidance_scale", sampling.getPriorGuidanceScale());
        }
        if (sampling.getEta() != 0) {
            parameters.put("eta", sampling.getEta());
        }
        if (!sampling.getScheduler().isEmpty()) {
            parameters.put("scheduler", sampling.getScheduler());
        }
        new TreeMap<>(sampling.getSchedulerOptionsMap())
                .forEach((name, value) -> parameters.put("scheduler_options." + name, value));
    }

    private static void addControlNets(Map<String, Object> parameters, WorkStage stage) {
        if (!stage.hasControlnet()) {
            return;
        }
        List<Map<String, Object>> nets = new ArrayList<>();
        for (ControlNet net : stage.getControlnet().getNetsList()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("model", net.getModel());
            one.put("model_digest", net.getModelDigest());
            one.put("conditioning_scale", net.getConditioningScale());
            one.put("guidance_start", net.getGuidanceStart());
            one.put("guidance_end", net.getGuidanceEnd());
            nets.add(one);
        }
        parameters.put("controlnet", nets);
        parameters.put("guess_mode", stage.getControlnet().getGuessMode());
    }

    private static String kind(WorkStage stage) {
        return stage.getKindCase().name().toLowerCase(Locale.ROOT);
    }
}
