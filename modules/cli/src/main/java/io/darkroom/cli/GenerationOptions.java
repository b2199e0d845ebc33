package io.darkroom.cli;

import io.darkroom.cli.generate.StageParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The parameters of a stage, by the names that diffusers gives them. */
final class GenerationOptions {

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "What to draw. Needed unless the model is an upscaler.")
    private String prompt;

    @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "What not to draw.")
    private String negativePrompt;

    @Option(
            names = "--strength",
            paramLabel = "0..1",
            split = ",",
            description = "With --image: how much of it is replaced; 0 keeps it, 1 starts from noise. Default:"
                    + " 0.8; SDXL 0.3. A list (0.4,0.6,0.8): once with each.")
    private List<Double> strength;

    @Option(
            names = "--seed",
            paramLabel = "N",
            split = ",",
            description = "One number: one generator draws all pictures. A list (7,8,9): one for each"
                    + " picture. Default: chosen by the router, and in the result.")
    private List<Long> seed;

    @Option(
            names = "--num-inference-steps",
            paramLabel = "N",
            description = "Denoising steps. Default: 50; upscalers 75.")
    private Integer numInferenceSteps;

    @Option(
            names = "--guidance-scale",
            paramLabel = "X",
            split = ",",
            description = "Weight of the prompt; off at 1 and below. Default: 7.5; SDXL 5; upscalers 9."
                    + " A list: once with each.")
    private List<Double> guidanceScale;

    @Option(names = "--width", paramLabel = "PIXELS", description = "Default: the model's own; not with --image.")
    private Integer width;

    @Option(names = "--height", paramLabel = "PIXELS", description = "Default: the model's own; not with --image.")
    private Integer height;

    @Option(names = "--num-images-per-prompt", paramLabel = "N", description = "Pictures to make. Default: 1.")
    private Integer numImagesPerPrompt;

    @Option(
            names = "--noise-level",
            paramLabel = "N",
            description = "Of an upscaler by four: how noisy it is shown the picture. Default: 20.")
    private Integer noiseLevel;

    @Option(names = "--eta", paramLabel = "0..1", description = "DDIM's eta; other samplers ignore it. Default: 0.")
    private Double eta;

    @Option(
            names = "--scheduler",
            paramLabel = "CLASS",
            description = "Replaces the model's own: a class name of diffusers, as in"
                    + " DPMSolverMultistepScheduler (schemas/job-request.schema.json lists them).")
    private String scheduler;

    @Option(
            names = "--scheduler-option",
            paramLabel = "NAME=VALUE",
            description = "As in use_karras_sigmas=true; may be given several times.")
    private Map<String, String> schedulerOptions = new LinkedHashMap<>();

    @Mixin
    private XlOptions further = new XlOptions();

    StageParameters parameters() {
        return new StageParameters(
                Optional.ofNullable(prompt),
                Optional.ofNullable(negativePrompt),
                listed(strength),
                listed(seed),
                Optional.ofNullable(numInferenceSteps),
                listed(guidanceScale),
                Optional.ofNullable(width),
                Optional.ofNullable(height),
                Optional.ofNullable(numImagesPerPrompt),
                Optional.ofNullable(noiseLevel),
                Optional.ofNullable(eta),
                Optional.ofNullable(scheduler),
                new LinkedHashMap<>(schedulerOptions),
                further.given());
    }

    private static <T> List<T> listed(List<T> given) {
        return given == null ? List.of() : List.copyOf(given);
    }
}
