package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * DPM-Solver++ multistep, orders 1 to 3: Lu et al., "DPM-Solver++" (arXiv:2211.01095), algorithm 2
 * and appendix B; its stochastic form (section 5); and the noise-predicting DPM-Solver
 * (arXiv:2206.00927).
 *
 * <p>diffusers: {@code DPMSolverMultistepScheduler}.
 */
final class DpmSolverMultistepSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("DPMSolverMultistepScheduler", DpmSolverMultistepSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .whole("solver_order", 2, 1, 3)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .choice("algorithm_type", "dpmsolver++", DpmAlgorithm.names())
            .choice("solver_type", "midpoint", List.of("midpoint", "heun"))
            .read("solver_type", Map.of("logrho", "midpoint", "bh1", "midpoint", "bh2", "midpoint"))
            .flag("lower_order_final", true)
            .flag("euler_at_final", false)
            .reshapingSigmas()
            .flag("use_lu_lambdas", false)
            .withoutFlow()
            .choice("final_sigmas_type", "zero", List.of("zero", "sigma_min"))
            .number("lambda_min_clipped", Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Float.MAX_VALUE)
            .ignoringVariance()
            .spacedBy("linspace")
            .flag("rescale_betas_zero_snr", false);

    /** Runs shorter than this end with lower orders, which keeps them stable. */
    private static final int SHORT_RUN = 15;

    private final DpmAlgorithm algorithm;
    private final DpmPrediction prediction;
    private final int order;
    private final boolean heun;
    private final boolean lastIsFirstOrder;
    private final boolean lastButOneIsSecondOrder;
    private final float[] sigmas;

    /** Converted model outputs, oldest first, at most as many as the order. */
    private final List<Tensor> outputs = new ArrayList<>();

    private DpmSolverMultistepSampler(SamplerConfig config, DpmAlgorithm algorithm, DpmSchedule schedule) {
        super(schedule.timesteps());
        this.sigmas = schedule.sigmas();
        this.algorithm = algorithm;
        this.prediction = new DpmPrediction(config, algorithm.predictsData());
        this.order = config.whole("solver_order");
        this.heun = config.choice("solver_type").equals("heun");
        boolean lowers = config.flag("lower_order_final") && schedule.timesteps().length < SHORT_RUN;
        this.lastIsFirstOrder = lowers
                || config.flag("euler_at_final")
                || config.choice("final_sigmas_type").equals("zero");
        this.lastButOneIsSecondOrder = lowers;
    }

    private static DpmSolverMultistepSampler of(SamplerConfig config, SamplerRun run) {
        DpmAlgorithm algorithm = DpmAlgorithm.of(config);
        if (algorithm == DpmAlgorithm.SDE_NOISE && config.whole("solver_order") == 3) {
            throw new SamplerOptionException("solver_order", "3 is not defined for sde-dpmsolver, it must be 1 or 2");
        }
        DpmSchedule schedule = DpmSchedule.multistep(config, run.numInferenceSteps());
        return new DpmSolverMultistepSampler(config, algorithm, schedule);
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        NoiseLevel level = NoiseLevel.ofRatio(sigmas[index()]);
        return original.times(level.alpha()).plus(noise.times(level.sigma()));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        if (outputs.size() == order) {
            outputs.removeFirst();
        }
        outputs.add(prediction.converted(modelOutput, sample, NoiseLevel.ofRatio(sigmas[index])));
        DpmStep step = DpmStep.between(sigmas[index], sigmas[index + 1], algorithm);
        Tensor drift =
                switch (orderAt(index)) {
                    case 1 -> step.firstOrder(sample, back(1));
                    case 2 -> step.secondOrder(sample, back(1), back(2), lambdaAt(index - 1), heun);
                    default ->
                        step.thirdOrder(sample, back(1), back(2), back(3), lambdaAt(index - 1), lambdaAt(index - 2));
                };
        return algorithm.isStochastic() ? drift.plus(noise.draw(sample.shape()).times(step.noiseScale())) : drift;
    }

    private int orderAt(int index) {
        int left = scheduleLength() - index;
        int most = left == 1 && lastIsFirstOrder ? 1 : left == 2 && lastButOneIsSecondOrder ? 2 : order;
        return Math.min(Math.min(order, most), outputs.size());
    }

    private Tensor back(int calls) {
        return outputs.get(outputs.size() - calls);
    }

    private float lambdaAt(int index) {
        return NoiseLevel.ofRatio(sigmas[index]).lambda();
    }
}
