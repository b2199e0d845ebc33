package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.sampler.SamplerConfig;
import io.darkroom.diffusion.sampler.SamplerOptionException;
import io.darkroom.diffusion.sampler.SamplerRun;
import io.darkroom.diffusion.sampler.Samplers;
import io.darkroom.inference.model.ModelFolder;

/** The sampler that a stage asked for, ready to run. */
final class SamplerChoice {
    private SamplerChoice() {}

    /** The model's own, or another class with the model's configuration ({@code X.from_config}). */
    static Sampler of(ModelFolder model, Sampling sampling) throws StageException {
        return of(model, model.samplerConfig(), sampling);
    }

    /** The same from another configuration of the model's. */
    static Sampler of(ModelFolder model, SamplerConfig own, Sampling sampling) throws StageException {
        try {
            Sampler sampler = Samplers.create(
                    config(own, sampling), new SamplerRun(sampling.numInferenceSteps(), sampling.eta(), 1.0));
            requireWholeTimesteps(model, sampler);
            requireVariance(model, sampler);
            return sampler;
        } catch (SamplerOptionException e) {
            throw Failures.of(e);
        }
    }

    /** How many steps the chosen sampler counts in training, 1000 for all well-known models. */
    static int trainTimesteps(ModelFolder model, Sampling sampling) throws StageException {
        try {
            return config(model.samplerConfig(), sampling).trainTimesteps();
        } catch (SamplerOptionException e) {
            throw Failures.of(e);
        }
    }

    private static SamplerConfig config(SamplerConfig own, Sampling sampling) {
        if (sampling.scheduler().isEmpty() && sampling.schedulerOptions().isEmpty()) {
            return own;
        }
        return own.withOverrides(sampling.scheduler().orElse(own.className()), sampling.schedulerOptions());
    }

    private static void requireVariance(ModelFolder model, Sampler sampler) throws StageException {
        int predicted = model.unetShape().outChannels();
        if (sampler.takesVariance() && predicted < 2 * model.latentChannels()) {
            throw StageException.user(
                    "scheduler_options.variance_type",
                    "a learned variance is wanted, but this model predicts only " + predicted
                            + " channels; use fixed_small or fixed_small_log");
        }
    }

    private static void requireWholeTimesteps(ModelFolder model, Sampler sampler) throws StageException {
        if (model.unetShape().timestepType().isFloating()) {
            return;
        }
        for (float timestep : sampler.timesteps()) {
            if (timestep != Math.rint(timestep)) {
                throw StageException.user(
                        "scheduler",
                        "its timesteps have fractions ("
                                + timestep
                                + "), but this model takes only whole ones; use DDIMScheduler,"
                                + " PNDMScheduler or DPMSolverMultistepScheduler");
            }
        }
    }
}
