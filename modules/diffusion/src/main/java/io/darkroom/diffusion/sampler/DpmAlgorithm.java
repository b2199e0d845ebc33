package io.darkroom.diffusion.sampler;

import java.util.List;

/** The four forms of DPM-Solver: on predicted data or predicted noise, as an ODE or an SDE. */
enum DpmAlgorithm {
    DATA("dpmsolver++"),
    NOISE("dpmsolver"),
    SDE_DATA("sde-dpmsolver++"),
    SDE_NOISE("sde-dpmsolver");

    private final String diffusersName;

    DpmAlgorithm(String diffusersName) {
        this.diffusersName = diffusersName;
    }

    static List<String> names() {
        return List.of(values()).stream()
                .map(algorithm -> algorithm.diffusersName)
                .toList();
    }

    /**
     * What {@code algorithm_type} names.
     *
     * @throws SamplerOptionException if the form cannot end at a noise level of zero and is told to
     */
    static DpmAlgorithm of(SamplerConfig config) {
        String name = config.choice("algorithm_type");
        DpmAlgorithm algorithm = List.of(values()).stream()
                .filter(candidate -> candidate.diffusersName.equals(name))
                .findFirst()
                .orElseThrow();
        if (!algorithm.predictsData() && config.choice("final_sigmas_type").equals("zero")) {
            throw new SamplerOptionException(
                    "final_sigmas_type", "zero does not go with algorithm_type " + name + ", it must be sigma_min");
        }
        return algorithm;
    }

    boolean predictsData() {
        return this == DATA || this == SDE_DATA;
    }

    boolean isStochastic() {
        return this == SDE_DATA || this == SDE_NOISE;
    }
}
