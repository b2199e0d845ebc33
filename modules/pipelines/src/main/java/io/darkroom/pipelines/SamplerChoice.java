package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.NetworkLimits;
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
                    own.chosen(sampling.scheduler(), sampling.schedulerOptions()),
                    new SamplerRun(sampling.numInferenceSteps(), sampling.eta(), 1.0));
            limits(model).require(sampler);
            return sampler;
        } catch (SamplerOptionException e) {
            throw Failures.of(e);
        }
    }

    /** How many steps the chosen sampler counts in training, 1000 for all well-known models. */
    static int trainTimesteps(ModelFolder model, Sampling sampling) throws StageException {
        try {
            return model.samplerConfig()
                    .chosen(sampling.scheduler(), sampling.schedulerOptions())
                    .trainTimesteps();
        } catch (SamplerOptionException e) {
            throw Failures.of(e);
        }
    }

    private static NetworkLimits limits(ModelFolder model) {
        return new NetworkLimits(
                !model.unetShape().timestepType().isFloating(),
                model.latentChannels(),
                model.unetShape().outChannels());
    }
}
