package io.darkroom.diffusion.sampler;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The four forms of DPM-Solver: on predicted data or predicted noise, as an ODE or an SDE. */
enum DpmAlgorithm {
    DATA("dpmsolver++"),
    NOISE("dpmsolver"),
    SDE_DATA("sde-dpmsolver++"),
    SDE_NOISE("sde-dpmsolver");

    private static final String DEIS = "deis";

    private final String diffusersName;

    DpmAlgorithm(String diffusersName) {
        this.diffusersName = diffusersName;
    }

    /** Names of the four forms, and {@code deis}, which DPM-Solver++ takes for its own. */
    static List<String> names() {
        return Stream.concat(Arrays.stream(values()).map(algorithm -> algorithm.diffusersName), Stream.of(DEIS))
                .toList();
    }

    /**
     * What {@code algorithm_type} names.
     *
     * @throws SamplerOptionException if the form cannot end at a noise level of zero and is told to
     */
    static DpmAlgorithm of(SamplerConfig config) {
        String name = config.choice("algorithm_type");
        // diffusers refuses deis as well, although it would run it as dpmsolver++
        if (!name.endsWith("++") && config.choice("final_sigmas_type").equals("zero")) {
            throw new SamplerOptionException(
                    "final_sigmas_type", "zero does not go with algorithm_type " + name + ", it must be sigma_min");
        }
        return Arrays.stream(values())
                .filter(candidate -> candidate.diffusersName.equals(name))
                .findFirst()
                .orElse(DATA);
    }

    boolean predictsData() {
        return this == DATA || this == SDE_DATA;
    }

    boolean isStochastic() {
        return this == SDE_DATA || this == SDE_NOISE;
    }
}
