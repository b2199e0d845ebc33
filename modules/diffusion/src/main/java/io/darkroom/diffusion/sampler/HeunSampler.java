package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Heun's method on the probability flow ODE: Karras et al. (arXiv:2206.00364), algorithm 1, without
 * churn. Two calls per step but the last, which is an Euler step.
 *
 * <p>diffusers: {@code HeunDiscreteScheduler}.
 */
final class HeunSampler extends SigmaSampler {
    static final SamplerKind KIND = SamplerKind.named("HeunDiscreteScheduler", HeunSampler::of)
            .trainedOn("linear", 0.00085, 0.012)
            .choice("beta_schedule", "linear", List.of("linear", "scaled_linear", "squaredcos_cap_v2", "exp"))
            .predicting("epsilon", "sample", "v_prediction")
            .reshapingSigmas()
            .clipping(false)
            .spacedBy("linspace");

    /** Where a step began and which way it went; kept between its two calls. */
    private record Half(Tensor sample, Tensor derivative, float dt) {}

    private final Prediction prediction;
    private final Thresholding clipping;
    private Optional<Half> half = Optional.empty();

    private HeunSampler(SamplerConfig config, float[] timesteps, float[] sigmas) {
        super(config, timesteps, sigmas);
        this.prediction = Prediction.of(config);
        this.clipping = Thresholding.of(config);
    }

    private static HeunSampler of(SamplerConfig config, SamplerRun run) {
        SigmaSchedule schedule = SigmaSchedule.of(config, run.numInferenceSteps());
        float[] timesteps = TimestepGrid.toFloat(schedule.timesteps());
        float[] sigmas = Sigmas.endingAt(schedule.sigmas(), 0);
        return new HeunSampler(config, SecondOrder.twiceButFirst(timesteps), twiceInside(sigmas));
    }

    /** The first and last level once, all others twice. */
    private static float[] twiceInside(float[] sigmas) {
        float[] doubled = new float[2 * (sigmas.length - 1)];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = sigmas[(i + 1) / 2];
        }
        return doubled;
    }

    @Override
    public int order() {
        return 2;
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        float sigma = sigmas[index];
        Tensor clean = clipping.apply(prediction.cleanAtSigma(modelOutput, sample, sigma));
        Tensor derivative = sample.minus(clean).dividedBy(sigma);
        if (half.isEmpty()) {
            float dt = sigmas[index + 1] - sigma;
            half = Optional.of(new Half(sample, derivative, dt));
            return sample.plus(derivative.times(dt));
        }
        Half first = half.get();
        half = Optional.empty();
        Tensor mean = first.derivative().plus(derivative).dividedBy(2);
        return first.sample().plus(mean.times(first.dt()));
    }
}
