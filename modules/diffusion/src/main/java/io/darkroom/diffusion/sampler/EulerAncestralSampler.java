package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;

import java.util.OptionalDouble;

/**
 * Euler steps with ancestral noise: each step goes below its target level and is brought back up
 * with fresh noise (Song et al., 2021, arXiv:2011.13456, appendix F, in the sigma form of Crowson's
 * k-diffusion).
 *
 * <p>Noise is drawn at every step, even the last, where it counts nothing. diffusers: {@code
 * EulerAncestralDiscreteScheduler}.
 */
final class EulerAncestralSampler extends ScheduledSampler {
    static final SamplerKind KIND =
            SamplerKind.named("EulerAncestralDiscreteScheduler", EulerAncestralSampler::of)
                    .trainedOn("linear", 0.0001, 0.02)
                    .predicting("epsilon", "v_prediction")
                    .spacedBy("linspace")
                    .flag("rescale_betas_zero_snr", false);

    private final Prediction prediction;
    private final boolean leading;
    private final float[] sigmas;

    private EulerAncestralSampler(SamplerConfig config, float[] timesteps, float[] sigmas) {
        super(timesteps);
        this.prediction = Prediction.of(config);
        this.leading = config.choice("timestep_spacing").equals("leading");
        this.sigmas = sigmas;
    }

    private static EulerAncestralSampler of(SamplerConfig config, SamplerRun run) {
        SigmaGrid training = new SigmaGrid(TrainingSchedule.withFiniteSigmas(config).sigmas());
        double[] timesteps = TimestepGrid.fractional(config, run.numInferenceSteps());
        return new EulerAncestralSampler(
                config,
                TimestepGrid.toFloat(timesteps),
                Sigmas.endingAt(training.at(timesteps), 0));
    }

    @Override
    public float initNoiseSigma() {
        return Sigmas.initialScale(sigmas, leading);
    }

    @Override
    public OptionalDouble currentSigma() {
        return OptionalDouble.of(sigmas[index()]);
    }

    @Override
    public Tensor scaleModelInput(Tensor sample) {
        return Sigmas.toUnitVariance(sample, sigmas[index()]);
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        return original.plus(noise.times(sigmas[index()]));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        float from = sigmas[index];
        float to = sigmas[index + 1];
        float up = Float32.sqrt(to * to * (from * from - to * to) / (from * from));
        float down = Float32.sqrt(to * to - up * up);
        Tensor clean = prediction.cleanAtSigma(modelOutput, sample, from);
        Tensor derivative = sample.minus(clean).dividedBy(from);
        Tensor next = sample.plus(derivative.times(down - from));
        return next.plus(noise.draw(sample.shape()).times(up));
    }
}
