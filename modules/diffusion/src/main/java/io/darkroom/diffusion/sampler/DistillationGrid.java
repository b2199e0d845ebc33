package io.darkroom.diffusion.sampler;

/**
 * The timesteps of consistency-distilled models (LCM, TCD): n of the {@code
 * original_inference_steps} that the model was distilled on, evenly by index.
 */
final class DistillationGrid {
    private DistillationGrid() {}

    /**
     * From noisy to clean.
     *
     * @throws SamplerOptionException if the run wants more steps than the grid has
     */
    static double[] of(SamplerConfig config, SamplerRun run) {
        int original = config.whole("original_inference_steps");
        if (original > config.trainTimesteps()) {
            throw new SamplerOptionException(
                    "original_inference_steps",
                    original + " is more than the " + config.trainTimesteps() + " training timesteps");
        }
        int available = (int) (original * run.gridStrength());
        int steps = run.numInferenceSteps();
        if (steps > available) {
            throw new SamplerOptionException(
                    "num_inference_steps",
                    steps
                            + " is more than the "
                            + available
                            + " steps of the distillation grid; take fewer steps, or a larger"
                            + " strength or original_inference_steps");
        }
        int stride = config.trainTimesteps() / original;
        double[] grid = new double[steps];
        double spacing = (double) available / steps;
        for (int i = 0; i < steps; i++) {
            int index = (int) Math.floor(i * spacing);
            grid[i] = (double) (available - index) * stride - 1;
        }
        return grid;
    }
}
