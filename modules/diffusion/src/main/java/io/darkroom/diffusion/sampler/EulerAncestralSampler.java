package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;

/**
 * Euler steps with ancestral noise: each step goes below its target level and is brought back up
 * with fresh noise (Song et al., 2021, arXiv:2011.13456, appendix F, in the sigma form of Crowson's
 * k-diffusion).
 *
 * <p>Noise is drawn at every step, even the last, where it counts nothing. diffusers: {@code
 * EulerAncestralDiscreteScheduler}.
 */
final class EulerAncestralSampler extends SigmaSampler {
    static final SamplerKind KIND = SamplerKind.named("EulerAncestralDiscreteScheduler", EulerAncestralSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .predicting("epsilon", "v_prediction")
            .spacedBy("linspace")
            .flag("rescale_betas_zero_snr", false);

    private final Prediction prediction;

    private EulerAncestralSampler(SamplerConfig config, float[] timesteps, float[] sigmas) {
        super(config, timesteps, sigmas);
        this.prediction = Prediction.of(config);
    }

    private static EulerAncestralSampler of(SamplerConfig config, SamplerRun run) {
        SigmaSchedule schedule = SigmaSchedule.of(config, run.numInferenceSteps());
        return new EulerAncestralSampler(
                config, TimestepGrid.toFloat(schedule.timesteps()), Sigmas.endingAt(schedule.sigmas(), 0));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        float from = sigmas[index];
        AncestralStep step = AncestralStep.between(from, sigmas[index + 1]);
        Tensor clean = prediction.cleanAtSigma(modelOutput, sample, from);
        Tensor derivative = sample.minus(clean).dividedBy(from);
        Tensor next = sample.plus(derivative.times(step.down() - from));
        return next.plus(noise.draw(sample.shape()).times(step.up()));
    }
}
