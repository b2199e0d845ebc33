package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.diffusion.sampler.NetworkLimits;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.sampler.SamplerConfig;
import io.darkroom.diffusion.sampler.SamplerOptionException;
import io.darkroom.diffusion.sampler.SamplerRun;
import io.darkroom.diffusion.sampler.Samplers;
import io.darkroom.planner.UpscaleRules.Report;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether the stage's sampler can run: its class and options, what they come to with the model's own configuration, and whether
 * the network is made for it. The sampler itself is asked, so that what is said here is what the worker would say.
 */
final class SamplerRules {
    /** The router must not stand still for a sampler of a thousand searched sigmas; the worker will make it anyway. */
    private static final int MOST_SEARCHED = 50;

    /** Nor for tables of a training that is a hundred times as long as any known model's: sixteen stages of those are 0.4 s. */
    private static final int MOST_TRAINED = 10_000;

    private SamplerRules() {}

    static void check(ValidStage stage, ModelEntry model, Report report) {
        if (stage.operation() instanceof Operation.Prior) {
            // its sampler is the prior's own, of which the catalogue says nothing and a request may not either
            return;
        }
        Optional<SamplerConfig> own = own(stage, model);
        try {
            if (own.isPresent()) {
                judge(stage, model, own.get());
            }
        } catch (SamplerOptionException e) {
            report.fault(ErrorCode.INVALID_PARAMETER, stage.path(e.stageField()), e.problem());
        } catch (RuntimeException e) {
            // Nothing that a request says may make its router fall; and the worker would meet the same, after an
            // attempt.
            report.fault(
                    ErrorCode.INVALID_PARAMETER,
                    stage.path("scheduler"),
                    stage.sampling().scheduler().orElse(own.orElseThrow().className())
                            + " cannot be made with these options and the model's configuration (" + e
                            + "); leave scheduler_options out, or choose another scheduler");
        }
    }

    private static void judge(ValidStage stage, ModelEntry model, SamplerConfig own) {
        ValidStage.Sampling sampling = stage.sampling();
        SamplerConfig config = own.chosen(sampling.scheduler(), sampling.schedulerOptions());
        int steps = Defaults.steps(stage, model);
        if (config.searchesForSigmas() && steps > MOST_SEARCHED || config.trainTimesteps() > MOST_TRAINED) {
            return;
        }
        Sampler sampler = Samplers.create(config, new SamplerRun(steps, sampling.eta(), 1.0));
        ModelEntry.Scheduler network = model.scheduler().orElseThrow();
        new NetworkLimits(network.wholeTimesteps(), model.latentChannels(), network.predictedChannels())
                .require(sampler);
        OptionalInt start = start(stage, model, sampler.order());
        if (start.isPresent()) {
            sampler.startingAt(start.getAsInt()).requireComputable();
        }
    }

    /** As the stage's pipeline in diffusers loads it; empty where the catalogue does not say. */
    private static Optional<SamplerConfig> own(ValidStage stage, ModelEntry model) {
        try {
            return model.scheduler()
                    .map(scheduler -> SamplerConfig.of(scheduler.config()))
                    .map(config -> loaded(config, stage, model));
        } catch (SamplerOptionException e) {
            // A catalogue that is newer than this router: the worker, which has the model, will judge it.
            return Optional.empty();
        }
    }

    private static SamplerConfig loaded(SamplerConfig config, ValidStage stage, ModelEntry model) {
        if (stage.operation() instanceof Operation.Inpaint) {
            return config.asLoadedForInpainting();
        }
        boolean corrected = model.family() == Family.STABLE_DIFFUSION
                && stage.control().nets().isEmpty();
        return corrected ? config.asLoadedByStableDiffusion() : config;
    }

    /** Of several the largest: its run begins with the least signal. Where the stage has none it begins with none. */
    private static double strength(ValidStage stage, ModelEntry model) {
        double own =
                switch (stage.operation()) {
                    case Operation.Img2Img img2img -> Defaults.strength(img2img, model);
                    case Operation.Inpaint inpaint -> inpaint.strength().orElse(1.0);
                    case Operation.Text2Img _,
                            Operation.Upscale _,
                            Operation.Grid _,
                            Operation.Animation _,
                            Operation.Canny _,
                            Operation.Depth _,
                            Operation.Prior _ -> 1.0;
                };
        return stage.sweep().strengths().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(own);
    }

    /** The first call that the stage makes; empty where only its pipeline knows, or where it makes none, which is a fault of its own. */
    private static OptionalInt start(ValidStage stage, ModelEntry model, int order) {
        if (stage.sampling().startsInTheMiddle() || KandinskyRules.isKandinsky(model)) {
            return OptionalInt.empty();
        }
        int steps = Defaults.steps(stage, model);
        int run = Math.min((int) (steps * strength(stage, model)), steps);
        return run < 1 ? OptionalInt.empty() : OptionalInt.of((steps - run) * order);
    }
}
