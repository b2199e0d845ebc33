package io.darkroom.diffusion.sampler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The samplers that can be asked for, by the class names of diffusers. */
public final class Samplers {
    private static final Map<String, SamplerKind> KINDS = List.of(
                    PndmSampler.KIND,
                    DdimSampler.KIND,
                    EulerSampler.KIND,
                    EulerAncestralSampler.KIND,
                    DpmSolverMultistepSampler.KIND,
                    LcmSampler.KIND,
                    DdpmSampler.KIND,
                    HeunSampler.KIND,
                    LmsSampler.KIND,
                    Kdpm2Sampler.KIND,
                    Kdpm2AncestralSampler.KIND,
                    TcdSampler.KIND,
                    DpmSolverSinglestepSampler.KIND,
                    DeisSampler.KIND,
                    UniPcSampler.KIND,
                    EdmEulerSampler.KIND,
                    UnClipSampler.KIND)
            .stream()
            .collect(Collectors.toMap(
                    SamplerKind::className, Function.identity(), (first, second) -> first, LinkedHashMap::new));

    private Samplers() {}

    /** Class names of diffusers. */
    public static Set<String> supported() {
        return Set.copyOf(KINDS.keySet());
    }

    /**
     * A fresh run with the pipelines' defaults.
     *
     * @throws SamplerOptionException if the options and the number of steps do not go together
     */
    public static Sampler create(SamplerConfig config, int numInferenceSteps) {
        return create(config, SamplerRun.ofSteps(numInferenceSteps));
    }

    /**
     * A fresh run.
     *
     * @throws SamplerOptionException if the options and the run do not go together
     */
    public static Sampler create(SamplerConfig config, SamplerRun run) {
        return config.kind().create(config, run);
    }

    static SamplerKind kind(String field, String className) {
        return Optional.ofNullable(KINDS.get(className))
                .orElseThrow(() -> new SamplerOptionException(
                        field,
                        className
                                + " is not supported; choose one of "
                                + KINDS.keySet().stream().sorted().collect(Collectors.joining(", "))));
    }
}
