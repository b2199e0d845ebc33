package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.Optional;

/**
 * DPM-Solver-2 in the sigma form of Crowson's k-diffusion, inspired by Lu et al.
 * (arXiv:2206.00927), algorithm 1, and Karras et al. (arXiv:2206.00364), algorithm 2: half a step
 * to the geometric middle, then the whole step with the slope found there.
 *
 * <p>diffusers: {@code KDPM2DiscreteScheduler}.
 */
final class Kdpm2Sampler extends SigmaSampler {
    static final SamplerKind KIND = SamplerKind.named("KDPM2DiscreteScheduler", Kdpm2Sampler::of)
            .trainedOn("linear", 0.00085, 0.012)
            .reshapingSigmas()
            .predicting("epsilon", "v_prediction")
            .spacedBy("linspace");

    private final Prediction prediction;
    private final Kdpm2Schedule schedule;

    /** The sample at the step's begin, between its two calls. */
    private Optional<Tensor> begun = Optional.empty();

    private Kdpm2Sampler(SamplerConfig config, Kdpm2Schedule schedule) {
        super(config, schedule.timesteps(), schedule.sigmasPerCall());
        this.prediction = Prediction.of(config);
        this.schedule = schedule;
    }

    private static Kdpm2Sampler of(SamplerConfig config, SamplerRun run) {
        return new Kdpm2Sampler(
                config, Kdpm2Schedule.of(config, run, (from, to) -> SecondOrder.geometricMiddle(to, from)));
    }

    @Override
    public int order() {
        return 2;
    }

    @Override
    float inputSigma() {
        return begun.isEmpty() ? super.inputSigma() : schedule.middles()[index() / 2];
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        int step = index / 2;
        float sigma = schedule.sigmas()[step];
        float middle = schedule.middles()[step];
        float at = begun.isEmpty() ? sigma : middle;
        Tensor derivative =
                sample.minus(prediction.cleanAtSigma(modelOutput, sample, at)).dividedBy(at);
        if (begun.isEmpty()) {
            begun = Optional.of(sample);
            return sample.plus(derivative.times(middle - sigma));
        }
        Tensor start = begun.get();
        begun = Optional.empty();
        return start.plus(derivative.times(schedule.sigmas()[step + 1] - sigma));
    }
}
