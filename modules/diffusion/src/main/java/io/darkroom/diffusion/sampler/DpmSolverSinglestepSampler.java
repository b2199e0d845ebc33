package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * DPM-Solver++ singlestep, orders 1 to 3: Lu et al., "DPM-Solver++" (arXiv:2211.01095), algorithm
 * 1, spread over the calls: the calls of a group have orders 1, 2, 3, and each starts again from
 * the sample at the group's begin.
 *
 * <p>diffusers: {@code DPMSolverSinglestepScheduler}.
 */
final class DpmSolverSinglestepSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("DPMSolverSinglestepScheduler", DpmSolverSinglestepSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .whole("solver_order", 2, 1, 3)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .choice("algorithm_type", "dpmsolver++", List.of("dpmsolver++", "dpmsolver", "sde-dpmsolver++", "deis"))
            .choice("solver_type", "midpoint", List.of("midpoint", "heun"))
            .read("solver_type", Map.of("logrho", "midpoint", "bh1", "midpoint", "bh2", "midpoint"))
            .flag("lower_order_final", false)
            .reshapingSigmas()
            .withoutFlow()
            .choice("final_sigmas_type", "zero", List.of("zero", "sigma_min"))
            .number("lambda_min_clipped", Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Float.MAX_VALUE)
            .ignoringVariance();

    private final DpmAlgorithm algorithm;
    private final DpmPrediction prediction;
    private final boolean heun;
    private final int mostOutputs;
    private final int[] orders;
    private final float[] sigmas;
    private final List<Tensor> outputs = new ArrayList<>();
    private Tensor groupBegin = Tensor.zeros(0);

    private DpmSolverSinglestepSampler(SamplerConfig config, DpmSchedule schedule) {
        super(schedule.timesteps());
        this.algorithm = DpmAlgorithm.of(config);
        this.prediction = new DpmPrediction(config, algorithm.predictsData());
        this.heun = config.choice("solver_type").equals("heun");
        this.mostOutputs = config.whole("solver_order");
        this.orders = orders(config, schedule.timesteps().length);
        this.sigmas = schedule.sigmas();
    }

    private static DpmSolverSinglestepSampler of(SamplerConfig config, SamplerRun run) {
        if (config.flag("thresholding") && config.choice("algorithm_type").equals("dpmsolver")) {
            throw new SamplerOptionException(
                    "thresholding", "is not defined for singlestep dpmsolver, take algorithm_type dpmsolver++");
        }
        return new DpmSolverSinglestepSampler(config, DpmSchedule.singlestep(config, run.numInferenceSteps()));
    }

    /**
     * The order of each call: groups of 1, 2, .. and what is left over at the end, as the paper's
     * appendix B has it.
     */
    private static int[] orders(SamplerConfig config, int steps) {
        int most = config.whole("solver_order");
        boolean endsAtZero = config.choice("final_sigmas_type").equals("zero");
        boolean lowersLast = config.flag("lower_order_final") || endsAtZero || steps % most != 0;
        int[] orders = new int[steps];
        for (int i = 0; i < steps; i++) {
            orders[i] = i % most + 1;
        }
        if (lowersLast && most > 1 && steps % most == 0) {
            // an even split leaves no room for the last step of order 1, so the last group gives
            // one order up
            orders[steps - 1] = 1;
        }
        if (endsAtZero) {
            orders[steps - 1] = 1;
        }
        return orders;
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        NoiseLevel level = NoiseLevel.ofRatio(sigmas[index()]);
        return original.times(level.alpha()).plus(noise.times(level.sigma()));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        if (outputs.size() == mostOutputs) {
            outputs.removeFirst();
        }
        outputs.add(prediction.converted(modelOutput, sample, NoiseLevel.ofRatio(sigmas[index])));
        // an image-to-image run may begin inside a group; it then starts with the orders that it
        // has outputs for
        int order = Math.min(orders[index], outputs.size());
        if (order == 1) {
            groupBegin = sample;
        }
        DpmStep step = DpmStep.between(sigmas[index - order + 1], sigmas[index + 1], algorithm);
        Tensor drift =
                switch (order) {
                    case 1 -> step.firstOrder(groupBegin, back(1));
                    case 2 -> step.secondOrder(groupBegin, back(2), back(1), lambdaAt(index), heun);
                    default -> thirdOrder(step, index);
                };
        return algorithm.isStochastic() ? drift.plus(noise.draw(sample.shape()).times(step.noiseScale())) : drift;
    }

    private Tensor thirdOrder(DpmStep step, int index) {
        return heun
                ? step.thirdOrderAhead(groupBegin, back(3), back(2), back(1), lambdaAt(index - 1), lambdaAt(index))
                : step.secondOrder(groupBegin, back(3), back(1), lambdaAt(index), true);
    }

    private Tensor back(int calls) {
        return outputs.get(outputs.size() - calls);
    }

    private float lambdaAt(int index) {
        return NoiseLevel.ofRatio(sigmas[index]).lambda();
    }
}
