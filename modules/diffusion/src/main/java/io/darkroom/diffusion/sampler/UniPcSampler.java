package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * UniPC: Zhao et al., "A Unified Predictor-Corrector Framework" (arXiv:2302.04867), algorithms 5 to
 * 8. Each call first corrects the step before with the new output, then predicts the next sample.
 *
 * <p>diffusers: {@code UniPCMultistepScheduler}.
 */
final class UniPcSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("UniPCMultistepScheduler", UniPcSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .whole("solver_order", 2, 1, 3)
            .predicting("epsilon", "sample", "v_prediction")
            .thresholding()
            .flag("predict_x0", true)
            .choice("solver_type", "bh2", List.of("bh1", "bh2"))
            .read("solver_type", Map.of("midpoint", "bh2", "heun", "bh2", "logrho", "bh2"))
            .flag("lower_order_final", true)
            .numbers("disable_corrector", List.of())
            .reshapingSigmas()
            .withoutFlow()
            .spacedBy("linspace")
            .choice("final_sigmas_type", "zero", List.of("zero", "sigma_min"))
            .flag("rescale_betas_zero_snr", false);

    private final DpmPrediction prediction;
    private final boolean data;
    private final boolean bh1;
    private final int order;
    private final boolean lowersLast;
    private final List<Float> uncorrected;
    private final float[] sigmas;

    /** Converted outputs, oldest first. */
    private final List<Tensor> outputs = new ArrayList<>();

    /** The sample that the last prediction started from, and its order. */
    private Optional<Tensor> lastSample = Optional.empty();

    private int lastOrder;

    private UniPcSampler(SamplerConfig config, DpmSchedule schedule) {
        super(schedule.timesteps());
        this.data = config.flag("predict_x0");
        this.prediction = data ? new DpmPrediction(config, true) : DpmPrediction.noiseWithoutThreshold(config);
        this.bh1 = config.choice("solver_type").equals("bh1");
        this.order = config.whole("solver_order");
        this.lowersLast = config.flag("lower_order_final");
        this.uncorrected = config.numbers("disable_corrector").orElse(List.of());
        this.sigmas = schedule.sigmas();
    }

    private static UniPcSampler of(SamplerConfig config, SamplerRun run) {
        if (config.choice("final_sigmas_type").equals("zero")) {
            requireEndAtZero(config, run);
        }
        return new UniPcSampler(config, DpmSchedule.unipc(config, run.numInferenceSteps()));
    }

    /** The last step is infinitely long in lambda; these forms of it are not numbers. */
    private static void requireEndAtZero(SamplerConfig config, SamplerRun run) {
        if (config.choice("solver_type").equals("bh1")) {
            throw new SamplerOptionException("solver_type", "bh1 needs final_sigmas_type sigma_min, or take bh2");
        }
        if (!config.flag("predict_x0")) {
            throw new SamplerOptionException("predict_x0", "false needs final_sigmas_type sigma_min, or take true");
        }
        if (!config.flag("lower_order_final") && config.whole("solver_order") > 1 && run.numInferenceSteps() > 1) {
            throw new SamplerOptionException(
                    "lower_order_final", "false needs final_sigmas_type sigma_min or solver_order 1, or take true");
        }
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        NoiseLevel level = NoiseLevel.ofRatio(sigmas[index()]);
        return original.times(level.alpha()).plus(noise.times(level.sigma()));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        Tensor output = prediction.converted(modelOutput, sample, NoiseLevel.ofRatio(sigmas[index]));
        boolean corrects = lastSample.isPresent() && !uncorrected.contains((float) (index - 1));
        Tensor corrected = corrects ? corrected(index, lastSample.get(), output) : sample;
        if (outputs.size() == order) {
            outputs.removeFirst();
        }
        int left = scheduleLength() - index;
        lastOrder = Math.min(lowersLast ? Math.min(order, left) : order, outputs.size() + 1);
        outputs.add(output);
        lastSample = Optional.of(corrected);
        return predicted(index, corrected);
    }

    /** UniP: from this call's level to the next. */
    private Tensor predicted(int index, Tensor sample) {
        UniPcStep step = step(index, lastOrder);
        Tensor next = step.firstOrder(sample, back(1));
        if (lastOrder == 1) {
            return next;
        }
        float[] weights = lastOrder == 2 ? new float[] {0.5f} : step.predictorWeights();
        return next.minus(differences(step, weights).times(step.scale()));
    }

    /** UniC: the step to this call's level again, now that the output there is known. */
    private Tensor corrected(int index, Tensor from, Tensor output) {
        UniPcStep step = step(index - 1, lastOrder);
        float[] weights = lastOrder == 1 ? new float[] {0.5f} : step.correctorWeights();
        Tensor own = output.minus(back(1)).times(weights[weights.length - 1]);
        Tensor change = lastOrder == 1 ? own : differences(step, weights).plus(own);
        return step.firstOrder(from, back(1)).minus(change.times(step.scale()));
    }

    private UniPcStep step(int index, int stepOrder) {
        float[] earlier = new float[stepOrder - 1];
        for (int i = 0; i < earlier.length; i++) {
            earlier[i] = NoiseLevel.ofRatio(sigmas[index - 1 - i]).lambda();
        }
        return UniPcStep.between(sigmas[index], sigmas[index + 1], earlier, data, bh1);
    }

    /** The weighted divided differences of the earlier outputs to the latest one. */
    private Tensor differences(UniPcStep step, float[] weights) {
        Tensor latest = back(1);
        Tensor sum = Tensor.zeros(latest.shape());
        for (int i = 0; i < lastOrder - 1; i++) {
            Tensor difference = back(i + 2).minus(latest).dividedBy(step.ratio(i));
            sum = sum.plus(difference.times(weights[i]));
        }
        return sum;
    }

    private Tensor back(int calls) {
        return outputs.get(outputs.size() - calls);
    }
}
