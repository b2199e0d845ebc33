package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * DEIS: Zhang and Chen, "Fast Sampling of Diffusion Models with Exponential Integrator"
 * (arXiv:2204.13902), the tAB form in log rho (section 3.3 and appendix H.4), orders 1 to 3. The
 * coefficients integrate Lagrange's polynomials in log rho.
 *
 * <p>diffusers: {@code DEISMultistepScheduler}.
 */
final class DeisSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("DEISMultistepScheduler", DeisSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .whole("solver_order", 2, 1, 3)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .choice("algorithm_type", "deis", List.of("deis"))
            .read("algorithm_type", Map.of("dpmsolver", "deis", "dpmsolver++", "deis"))
            .choice("solver_type", "logrho", List.of("logrho"))
            .read("solver_type", Map.of("midpoint", "logrho", "heun", "logrho", "bh1", "logrho", "bh2", "logrho"))
            .flag("lower_order_final", true)
            .reshapingSigmas()
            .withoutFlow()
            .spacedBy("linspace");

    private static final int SHORT_RUN = 15;

    private final DpmPrediction prediction;
    private final int order;
    private final boolean lowersLast;
    private final float[] sigmas;
    private final List<Tensor> outputs = new ArrayList<>();

    private DeisSampler(SamplerConfig config, DpmSchedule schedule) {
        super(schedule.timesteps());
        this.prediction = new DpmPrediction(config, true);
        this.order = config.whole("solver_order");
        this.lowersLast = config.flag("lower_order_final") && schedule.timesteps().length < SHORT_RUN;
        this.sigmas = schedule.sigmas();
    }

    private static DeisSampler of(SamplerConfig config, SamplerRun run) {
        return new DeisSampler(config, DpmSchedule.endingLow(config, run.numInferenceSteps()));
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        NoiseLevel level = NoiseLevel.ofRatio(sigmas[index()]);
        return original.times(level.alpha()).plus(noise.times(level.sigma()));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        NoiseLevel from = NoiseLevel.ofRatio(sigmas[index]);
        NoiseLevel to = NoiseLevel.ofRatio(sigmas[index + 1]);
        Tensor clean = prediction.converted(modelOutput, sample, from);
        if (outputs.size() == order) {
            outputs.removeFirst();
        }
        outputs.add(sample.minus(clean.times(from.alpha())).dividedBy(from.sigma()));
        int used = orderAt(index);
        if (used == 1) {
            return DpmStep.between(sigmas[index], sigmas[index + 1], DpmAlgorithm.NOISE)
                    .firstOrder(sample, back(1));
        }
        Tensor sum = sample.dividedBy(from.alpha());
        for (int i = 0; i < used; i++) {
            sum = sum.plus(back(i + 1).times(coefficient(used, index, i)));
        }
        return sum.times(to.alpha());
    }

    private int orderAt(int index) {
        int left = scheduleLength() - index;
        int most = lowersLast ? Math.min(order, left) : order;
        return Math.min(most, outputs.size());
    }

    /**
     * The integral, over the step, of the polynomial in log rho that is 1 at point {@code which}
     * and 0 at the others.
     */
    private float coefficient(int used, int index, int which) {
        float b = logRho(index - which);
        float c = logRho(index - (which + 1) % used);
        if (used == 2) {
            return linear(rho(index + 1), b, c) - linear(rho(index), b, c);
        }
        float d = logRho(index - (which + 2) % used);
        return quadratic(rho(index + 1), b, c, d) - quadratic(rho(index), b, c, d);
    }

    private static float linear(float rho, float b, float c) {
        return rho * (-c + Float32.numpyLog(rho) - 1.0f) / (b - c);
    }

    private static float quadratic(float rho, float b, float c, float d) {
        float log = Float32.numpyLog(rho);
        float numerator = rho * (c * (d - log + 1.0f) - d * log + d + log * log - 2.0f * log + 2.0f);
        return numerator / ((b - c) * (b - d));
    }

    private float rho(int index) {
        NoiseLevel level = NoiseLevel.ofRatio(sigmas[index]);
        return level.sigma() / level.alpha();
    }

    private float logRho(int index) {
        return Float32.numpyLog(rho(index));
    }

    private Tensor back(int calls) {
        return outputs.get(outputs.size() - calls);
    }
}
