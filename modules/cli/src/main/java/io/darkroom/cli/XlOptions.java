package io.darkroom.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Further parameters of a stage by the names that diffusers gives them, most of them SDXL's. */
final class XlOptions {
    private static final String SIZE = "SDXL: told to the network. Default: the picture's own.";
    private static final String CORNER = "SDXL: told to the network. Default: 0,0.";

    @Option(names = "--prompt-2", paramLabel = "TEXT", description = "SDXL: for its second text encoder.")
    private String prompt2;

    @Option(names = "--negative-prompt-2", paramLabel = "TEXT", description = "SDXL: for its second text encoder.")
    private String negativePrompt2;

    @Option(
            names = "--clip-skip",
            paramLabel = "N",
            description = "How many of the text encoder's last layers are left out. Default: 0.")
    private Integer clipSkip;

    @Option(
            names = "--prompt-syntax",
            paramLabel = "plain|compel",
            description =
                    "How the prompts are read: compel for weights, as in \"a (red fox)1.3, night--\". Default: plain.")
    private String promptSyntax;

    @Option(
            names = "--guidance-rescale",
            paramLabel = "0..1",
            description = "Keeps guidance from over-exposing. Default: 0.")
    private Double guidanceRescale;

    @Option(
            names = "--denoising-start",
            paramLabel = "0..1",
            description = "SDXL, with --image: how far its latents are denoised already; no noise is added.")
    private Double denoisingStart;

    @Option(names = "--denoising-end", paramLabel = "0..1", description = "SDXL: how far to denoise.")
    private Double denoisingEnd;

    @Option(names = "--original-size", paramLabel = "H,W", split = ",", arity = "1", description = SIZE)
    private int[] originalSize;

    @Option(names = "--crops-coords-top-left", paramLabel = "T,L", split = ",", arity = "1", description = CORNER)
    private int[] cropsCoordsTopLeft;

    @Option(names = "--target-size", paramLabel = "H,W", split = ",", arity = "1", description = SIZE)
    private int[] targetSize;

    @Option(names = "--negative-original-size", paramLabel = "H,W", split = ",", arity = "1", description = SIZE)
    private int[] negativeOriginalSize;

    @Option(
            names = "--negative-crops-coords-top-left",
            paramLabel = "T,L",
            split = ",",
            arity = "1",
            description = CORNER)
    private int[] negativeCropsCoordsTopLeft;

    @Option(names = "--negative-target-size", paramLabel = "H,W", split = ",", arity = "1", description = SIZE)
    private int[] negativeTargetSize;

    @Option(names = "--aesthetic-score", paramLabel = "X", description = "SDXL's refiner. Default: 6.")
    private Double aestheticScore;

    @Option(names = "--negative-aesthetic-score", paramLabel = "X", description = "SDXL's refiner. Default: 2.5.")
    private Double negativeAestheticScore;

    @Option(names = "--guess-mode", description = "With --controlnet: it guides without a prompt.")
    private boolean guessMode;

    @Option(
            names = "--prior-num-inference-steps",
            paramLabel = "N",
            description = "Kandinsky: steps from the prompt to its image embedding. Default: 25.")
    private Integer priorSteps;

    @Option(
            names = "--prior-guidance-scale",
            paramLabel = "X",
            description = "Kandinsky: guidance on that way. Default: 4.")
    private Double priorGuidanceScale;

    /** Those that were given, by the names of the request's fields: texts, numbers, and pairs as lists. */
    Map<String, Object> given() {
        Map<String, Object> given = new LinkedHashMap<>();
        put(given, "prompt_2", prompt2);
        put(given, "negative_prompt_2", negativePrompt2);
        put(given, "clip_skip", clipSkip);
        put(given, "prompt_syntax", promptSyntax);
        put(given, "guidance_rescale", guidanceRescale);
        put(given, "denoising_start", denoisingStart);
        put(given, "denoising_end", denoisingEnd);
        put(given, "original_size", list(originalSize));
        put(given, "crops_coords_top_left", list(cropsCoordsTopLeft));
        put(given, "target_size", list(targetSize));
        put(given, "negative_original_size", list(negativeOriginalSize));
        put(given, "negative_crops_coords_top_left", list(negativeCropsCoordsTopLeft));
        put(given, "negative_target_size", list(negativeTargetSize));
        put(given, "aesthetic_score", aestheticScore);
        put(given, "negative_aesthetic_score", negativeAestheticScore);
        put(given, "guess_mode", guessMode ? true : null);
        put(given, "prior_num_inference_steps", priorSteps);
        put(given, "prior_guidance_scale", priorGuidanceScale);
        return given;
    }

    private static void put(Map<String, Object> given, String name, Object value) {
        if (value != null && !value.equals(List.of())) {
            given.put(name, value);
        }
    }

    private static List<Integer> list(int[] pair) {
        return pair == null ? List.of() : Arrays.stream(pair).boxed().toList();
    }
}
