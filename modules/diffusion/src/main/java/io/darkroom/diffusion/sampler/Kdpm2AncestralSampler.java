package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.Optional;

/**
 * As {@link Kdpm2Sampler}, with ancestral noise: the step goes below its target level and fresh
 * noise brings it back up. Noise is drawn at the second call of each pair.
 *
 * <p>diffusers: {@code KDPM2AncestralDiscreteScheduler}.
 */
final class Kdpm2AncestralSampler extends SigmaSampler {
    static final SamplerKind KIND = SamplerKind.named("KDPM2AncestralDiscreteScheduler", Kdpm2AncestralSampler::of)
            .trainedOn("linear", 0.00085, 0.012)
            .reshapingSigmas()
            .predicting("epsilon", "v_prediction")
            .spacedBy("linspace");

    private final Prediction prediction;
    private final Kdpm2Schedule schedule;
    private Optional<Tensor> begun = Optional.empty();

    private Kdpm2AncestralSampler(SamplerConfig config, Kdpm2Schedule schedule) {
        super(config, schedule.timesteps(), schedule.sigmasPerCall());
        this.prediction = Prediction.of(config);
        this.schedule = schedule;
    }

    private static Kdpm2AncestralSampler of(SamplerConfig config, SamplerRun run) {
        return new Kdpm2AncestralSampler(
                config,
                Kdpm2Schedule.of(
                        config,
                        run,
                        (from, to) -> SecondOrder.geometricMiddle(
                                from, AncestralStep.between(from, to).down())));
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
        AncestralStep ancestral = AncestralStep.between(sigma, schedule.sigmas()[step + 1]);
        Tensor next = start.plus(derivative.times(ancestral.down() - sigma));
        return next.plus(noise.draw(sample.shape()).times(ancestral.up()));
    }
}
