package io.darkroom.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.random.TorchGenerator;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The sums and means that diffusers publishes in its own {@code tests/schedulers}, for the full
 * loops there, with its tolerances: a sample that counts up from 0 to 1, a model that answers
 * {@code sample * t / (t + 1)}, and seed 0.
 */
class PublishedSumsTest {
    private static final int VALUES = 4 * 3 * 8 * 8;
    private static final double MEAN_TOLERANCE = 1e-3;

    private static final Map<String, Object> LINEAR =
            Map.of("num_train_timesteps", 1000, "beta_start", 0.0001, "beta_end", 0.02, "beta_schedule", "linear");
    private static final Map<String, Object> LINEAR_1100 = with(LINEAR, "num_train_timesteps", 1100);
    private static final Map<String, Object> DPM = with(
            LINEAR,
            "solver_order",
            2,
            "algorithm_type",
            "dpmsolver++",
            "solver_type",
            "midpoint",
            "final_sigmas_type",
            "sigma_min");
    private static final Map<String, Object> DPM_MULTI = with(DPM, "lower_order_final", false);
    private static final Map<String, Object> UNIPC =
            with(LINEAR, "solver_order", 2, "solver_type", "bh2", "final_sigmas_type", "sigma_min");
    private static final Map<String, Object> DISTILLED = Map.of();
    private static final Map<String, Object> EDM =
            Map.of("num_train_timesteps", 256, "sigma_min", 0.002, "sigma_max", 80.0);

    private static final String V = "v_prediction";
    private static final double NO_SUM = Double.NaN;

    static final List<Loop> LOOPS = loops();

    /**
     * @param firstCall where the loop begins; above 0, noise is mixed in first, unless the name says
     *     otherwise
     * @param sum the published sum of absolute values, or NaN where only the mean is published
     */
    record Loop(
            String className,
            Map<String, Object> options,
            int steps,
            int firstCall,
            boolean noised,
            double sum,
            double sumTolerance,
            double mean,
            double meanTolerance) {
        Loop from(int call) {
            return new Loop(className, options, steps, call, true, sum, sumTolerance, mean, meanTolerance);
        }

        Loop fromWithoutNoise(int call) {
            return new Loop(className, options, steps, call, false, sum, sumTolerance, mean, meanTolerance);
        }

        Loop within(double forSum, double forMean) {
            return new Loop(className, options, steps, firstCall, noised, sum, forSum, mean, forMean);
        }
    }

    private static Loop loop(String className, Map<String, Object> options, int steps, double sum, double mean) {
        return new Loop(className, options, steps, 0, false, sum, 1e-2, mean, MEAN_TOLERANCE);
    }

    private static List<Loop> loops() {
        List<Loop> loops = new ArrayList<>();
        alphaLoops(loops);
        sigmaLoops(loops);
        multistepLoops(loops);
        distilledLoops(loops);
        return List.copyOf(loops);
    }

    private static void alphaLoops(List<Loop> loops) {
        Map<String, Object> high = with(LINEAR, "beta_start", 0.01);
        loops.add(loop("DDPMScheduler", LINEAR, 1000, 258.9606, 0.3372));
        loops.add(loop("DDPMScheduler", predicting(LINEAR, V), 1000, 202.0296, 0.2631));
        loops.add(loop("DDPMScheduler", LINEAR, 1000, 387.9466, 0.5051).from(998));
        loops.add(loop("DDIMScheduler", LINEAR, 10, 172.0067, 0.223967));
        loops.add(loop("DDIMScheduler", predicting(LINEAR, V), 10, 52.5302, 0.0684));
        loops.add(loop("DDIMScheduler", with(high, "set_alpha_to_one", true), 10, 149.8295, 0.1951));
        loops.add(loop("DDIMScheduler", with(high, "set_alpha_to_one", false), 10, 149.0784, 0.1941));
        loops.add(loop("DDIMScheduler", LINEAR, 10, 354.5418, 0.4616).from(8));
        loops.add(loop("PNDMScheduler", LINEAR, 10, 198.1318, 0.2580));
        loops.add(loop("PNDMScheduler", predicting(LINEAR, V), 10, 67.3986, 0.0878));
        loops.add(loop("PNDMScheduler", with(high, "set_alpha_to_one", true), 10, 230.0399, 0.2995));
        loops.add(loop("PNDMScheduler", with(high, "set_alpha_to_one", false), 10, 186.9482, 0.2434));
        loops.add(loop("UnCLIPScheduler", Map.of(), 1000, 252.2682495, 0.3284743));
        loops.add(loop("UnCLIPScheduler", Map.of(), 25, 258.2044983, 0.3362038));
    }

    private static void sigmaLoops(List<Loop> loops) {
        loops.add(loop("EulerDiscreteScheduler", LINEAR_1100, 10, 10.0807, 0.0131));
        loops.add(loop("EulerDiscreteScheduler", predicting(LINEAR_1100, V), 10, 0.0002, 2.2676e-06));
        loops.add(loop("EulerDiscreteScheduler", LINEAR_1100, 10, 57062.9297, 74.3007)
                .from(8));
        loops.add(loop("EulerAncestralDiscreteScheduler", LINEAR_1100, 10, 152.3192, 0.1983));
        loops.add(loop("EulerAncestralDiscreteScheduler", predicting(LINEAR_1100, V), 10, 108.4439, 0.1412));
        loops.add(loop("EulerAncestralDiscreteScheduler", LINEAR_1100, 10, 56163.0508, 73.1290)
                .from(8));
        loops.add(loop("HeunDiscreteScheduler", LINEAR_1100, 10, 0.1233, 0.0002));
        loops.add(loop("HeunDiscreteScheduler", predicting(LINEAR_1100, V), 10, 4.6934e-07, 6.1112e-10));
        loops.add(loop("HeunDiscreteScheduler", LINEAR_1100, 10, 75074.8906, 97.7538)
                .from(16));
        loops.add(loop("LMSDiscreteScheduler", LINEAR_1100, 10, 1006.388, 1.31));
        loops.add(loop("LMSDiscreteScheduler", predicting(LINEAR_1100, V), 10, 0.0017, 2.2676e-06));
        loops.add(loop("LMSDiscreteScheduler", LINEAR_1100, 10, 27663.6895, 36.0204)
                .from(8));
        loops.add(loop("KDPM2DiscreteScheduler", LINEAR_1100, 10, 20.4125, 0.0266));
        loops.add(loop("KDPM2DiscreteScheduler", predicting(LINEAR_1100, V), 10, 4.6934e-07, 6.1112e-10));
        loops.add(loop("KDPM2DiscreteScheduler", LINEAR_1100, 10, 70408.4062, 91.6776)
                .from(16));
        loops.add(loop("KDPM2AncestralDiscreteScheduler", LINEAR_1100, 10, 13979.9433, 18.2030)
                .within(1e-2, 5e-3));
        loops.add(loop("KDPM2AncestralDiscreteScheduler", predicting(LINEAR_1100, V), 10, 331.8133, 0.4320));
        loops.add(loop("KDPM2AncestralDiscreteScheduler", LINEAR_1100, 10, 93087.3437, 121.2074)
                .within(1e-2, 5e-3)
                .from(16));
        loops.add(loop("EDMEulerScheduler", EDM, 10, 34.1855, 0.044).within(1e-3, 1e-3));
    }

    private static void multistepLoops(List<Loop> loops) {
        String multi = "DPMSolverMultistepScheduler";
        loops.add(loop(multi, DPM_MULTI, 10, NO_SUM, 0.3301));
        loops.add(loop(multi, DPM_MULTI, 10, 318.4111, 0.4146).from(5));
        Map<String, Object> thresholding =
                Map.of("thresholding", true, "dynamic_thresholding_ratio", 0.87, "sample_max_value", 0.5);
        loops.add(loop(multi, merged(DPM_MULTI, thresholding), 10, NO_SUM, 1.1364));
        loops.add(loop(multi, predicting(DPM_MULTI, V), 10, NO_SUM, 0.2251));
        loops.add(loop(multi, karras(predicting(DPM_MULTI, V)), 10, NO_SUM, 0.2096));
        loops.add(loop(multi, with(predicting(DPM_MULTI, V), "use_lu_lambdas", true), 10, NO_SUM, 0.1554));
        String single = "DPMSolverSinglestepScheduler";
        loops.add(loop(single, DPM, 10, NO_SUM, 0.2791));
        loops.add(loop(single, DPM, 50, NO_SUM, 0.2574).fromWithoutNoise(3));
        loops.add(loop(single, karras(DPM), 10, NO_SUM, 0.2248));
        loops.add(loop(single, predicting(DPM, V), 10, NO_SUM, 0.1453));
        loops.add(loop(single, karras(predicting(DPM, V)), 10, NO_SUM, 0.0649));
        loops.add(loop(single, DPM, 10, 269.2187, 0.3505).from(5));
        Map<String, Object> deis = with(LINEAR, "solver_order", 2);
        loops.add(loop("DEISMultistepScheduler", deis, 10, NO_SUM, 0.23916));
        loops.add(loop("DEISMultistepScheduler", predicting(deis, V), 10, NO_SUM, 0.091));
        loops.add(loop("DEISMultistepScheduler", deis, 10, 315.3016, 0.41054).from(8));
        String unipc = "UniPCMultistepScheduler";
        loops.add(loop(unipc, UNIPC, 10, NO_SUM, 0.2464));
        loops.add(loop(unipc, karras(UNIPC), 10, NO_SUM, 0.2925));
        loops.add(loop(unipc, predicting(UNIPC, V), 10, NO_SUM, 0.1014));
        loops.add(loop(unipc, karras(predicting(UNIPC, V)), 10, NO_SUM, 0.1966));
        loops.add(loop(unipc, UNIPC, 10, 315.5757, 0.4109).from(8));
    }

    private static void distilledLoops(List<Loop> loops) {
        loops.add(loop("LCMScheduler", DISTILLED, 1, 18.7097, 0.0244).within(1e-3, 1e-3));
        loops.add(loop("LCMScheduler", DISTILLED, 10, 197.7616, 0.2575).within(1e-3, 1e-3));
        loops.add(loop("TCDScheduler", DISTILLED, 1, 29.8715, 0.0389).within(1e-3, 1e-3));
        loops.add(loop("TCDScheduler", DISTILLED, 10, 181.2040, 0.2359).within(1e-3, 1e-3));
    }

    @ParameterizedTest
    @FieldSource("LOOPS")
    void aFullLoopEndsAtThePublishedSumAndMean(Loop loop) {
        double sum = absoluteSum(run(loop));
        if (!Double.isNaN(loop.sum())) {
            assertThat(sum).isCloseTo(loop.sum(), within(loop.sumTolerance()));
        }
        assertThat(sum / VALUES).isCloseTo(loop.mean(), within(loop.meanTolerance()));
    }

    private static Tensor run(Loop loop) {
        SamplerConfig config = SamplerConfig.of(with(loop.options(), "_class_name", loop.className()));
        Sampler sampler = Samplers.create(config, loop.steps());
        Tensor sample = counting(false).times(sampler.initNoiseSigma());
        if (loop.firstCall() > 0) {
            sampler.startingAt(loop.firstCall());
            sample = loop.noised() ? sampler.addNoise(sample, counting(true)) : sample;
        }
        NoiseSource noise = NoiseSource.single(new TorchGenerator(0));
        // most of diffusers' loops hand the scaled sample to the step as well
        boolean keepsScaled = !loop.className().startsWith("EDM");
        while (!sampler.done()) {
            float timestep = sampler.currentTimestep();
            Tensor scaled = sampler.scaleModelInput(sample);
            Tensor output = scaled.times(timestep).dividedBy(timestep + 1);
            sample = sampler.step(output, keepsScaled ? scaled : sample, noise);
        }
        return sample;
    }

    /** {@code i / 768} with the row as the fastest axis, upwards or downwards. */
    private static Tensor counting(boolean downwards) {
        Tensor counted = Tensor.zeros(4, 3, 8, 8);
        int rowSize = VALUES / 4;
        for (int row = 0; row < 4; row++) {
            for (int i = 0; i < rowSize; i++) {
                int up = i * 4 + row;
                counted.data()[row * rowSize + i] = (float) (downwards ? VALUES - 1 - up : up) / VALUES;
            }
        }
        return counted;
    }

    private static double absoluteSum(Tensor sample) {
        double sum = 0;
        for (float value : sample.data()) {
            sum += Math.abs(value);
        }
        return sum;
    }

    private static Map<String, Object> predicting(Map<String, Object> options, String type) {
        return with(options, "prediction_type", type);
    }

    private static Map<String, Object> karras(Map<String, Object> options) {
        return with(options, "use_karras_sigmas", true);
    }

    private static Map<String, Object> with(Map<String, Object> options, Object... namesAndValues) {
        Map<String, Object> all = new HashMap<>(options);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return Map.copyOf(all);
    }

    private static Map<String, Object> merged(Map<String, Object> options, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(options);
        all.putAll(more);
        return Map.copyOf(all);
    }
}
