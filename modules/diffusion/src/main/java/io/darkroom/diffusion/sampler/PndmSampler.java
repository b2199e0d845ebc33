package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pseudo numerical methods: Liu, Ren, Lin, Zhao (arXiv:2202.09778). Linear multistep (section 3.3,
 * equation 12), after either pseudo Runge-Kutta steps (equation 13), or, with {@code
 * skip_prk_steps}, two calls at the second timestep.
 *
 * <p>Which formula applies is decided by the number of calls made, not by the place in the grid; so
 * an image-to-image run, which leaves out the first timesteps, starts with the same start-up calls.
 * diffusers: {@code PNDMScheduler}.
 */
final class PndmSampler extends ScheduledSampler {
    static final SamplerKind KIND = SamplerKind.named("PNDMScheduler", PndmSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .flag("skip_prk_steps", false)
            .flag("set_alpha_to_one", false)
            .predicting("epsilon", "v_prediction")
            .spacedBy("leading");

    /** The order of the method: four model outputs make a step. */
    private static final int ORDER = 4;

    private final Prediction prediction;
    private final TrainingSchedule schedule;
    private final float finalAlpha;
    private final int stride;

    /** Timesteps of the Runge-Kutta calls; none if they are skipped. */
    private final double[] rungeKuttaTimesteps;

    private final List<Tensor> outputs = new ArrayList<>();
    private Tensor startSample = Tensor.zeros(0);
    private Tensor weightedOutput = Tensor.zeros(0);

    private PndmSampler(SamplerConfig config, int steps, double[] rungeKuttaTimesteps, double[] timesteps) {
        super(TimestepGrid.toFloat(timesteps));
        this.prediction = Prediction.of(config);
        this.schedule = TrainingSchedule.covering(config, timesteps);
        this.finalAlpha = config.flag("set_alpha_to_one") ? 1.0f : schedule.alphaCumprod(0);
        this.stride = config.trainTimesteps() / steps;
        this.rungeKuttaTimesteps = rungeKuttaTimesteps;
    }

    private static PndmSampler of(SamplerConfig config, SamplerRun run) {
        int steps = run.numInferenceSteps();
        double[] grid = TimestepGrid.whole(config, steps);
        if (config.flag("skip_prk_steps")) {
            return new PndmSampler(config, steps, new double[0], repeatingSecond(grid));
        }
        if (grid.length < ORDER) {
            throw new SamplerOptionException(
                    "num_inference_steps", steps + " is too few for the Runge-Kutta steps of PNDM, it needs 4 or more");
        }
        double[] start = rungeKutta(grid, config.trainTimesteps() / steps / 2);
        double[] rest = Arrays.copyOfRange(grid, ORDER - 1, grid.length);
        double[] all = Arrays.copyOf(start, start.length + rest.length);
        System.arraycopy(rest, 0, all, start.length, rest.length);
        return new PndmSampler(config, steps, start, all);
    }

    private static double[] repeatingSecond(double[] grid) {
        if (grid.length == 1) {
            return grid;
        }
        double[] timesteps = new double[grid.length + 1];
        timesteps[0] = grid[0];
        System.arraycopy(grid, 1, timesteps, 1, grid.length - 1);
        System.arraycopy(grid, 1, timesteps, 2, grid.length - 1);
        return timesteps;
    }

    /**
     * Four calls for each of the first three timesteps: at its start, twice in its middle, at its
     * end.
     */
    private static double[] rungeKutta(double[] grid, int half) {
        double[] timesteps = new double[(ORDER - 1) * ORDER];
        for (int i = 0; i < ORDER - 1; i++) {
            timesteps[ORDER * i] = grid[i];
            timesteps[ORDER * i + 1] = grid[i + 1] + half;
            timesteps[ORDER * i + 2] = grid[i + 1] + half;
            timesteps[ORDER * i + 3] = grid[i + 1];
        }
        return timesteps;
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise) {
        return AlphaNoising.noised(original, noise, schedule.alphaCumprod((int) currentTimestep()));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        int call = position();
        int timestep = (int) timestep(index);
        return call < rungeKuttaTimesteps.length
                ? rungeKuttaStep(call, timestep, modelOutput, sample)
                : multistep(call, timestep, modelOutput, sample);
    }

    private Tensor rungeKuttaStep(int call, int timestep, Tensor modelOutput, Tensor sample) {
        int stage = call % ORDER;
        int previous = timestep - (call % 2 == 0 ? stride / 2 : 0);
        Tensor direction = modelOutput;
        switch (stage) {
            case 0 -> {
                weightedOutput = modelOutput.times((float) (1.0 / 6));
                outputs.add(modelOutput);
                startSample = sample;
            }
            case 1, 2 -> weightedOutput = weightedOutput.plus(modelOutput.times((float) (1.0 / 3)));
            default -> direction = weightedOutput.plus(modelOutput.times((float) (1.0 / 6)));
        }
        int from = (int) rungeKuttaTimesteps[call / ORDER * ORDER];
        return transferred(startSample, from, previous, direction);
    }

    private Tensor multistep(int call, int timestep, Tensor modelOutput, Tensor sample) {
        if (call == 1) {
            // Heun's correction of the first step: the same step again with the mean of both
            // outputs
            Tensor mean = modelOutput.plus(outputs.getLast()).dividedBy(2);
            return transferred(startSample, timestep + stride, timestep, mean);
        }
        while (outputs.size() >= ORDER) {
            outputs.removeFirst();
        }
        outputs.add(modelOutput);
        if (call == 0) {
            startSample = sample;
        }
        return transferred(sample, timestep, timestep - stride, extrapolated());
    }

    /** The Adams-Bashforth combination of the outputs so far. */
    private Tensor extrapolated() {
        return switch (outputs.size()) {
            case 1 -> back(1);
            case 2 -> back(1).times(3).minus(back(2)).dividedBy(2);
            case 3 ->
                back(1).times(23)
                        .minus(back(2).times(16))
                        .plus(back(3).times(5))
                        .dividedBy(12);
            default ->
                back(1).times(55)
                        .minus(back(2).times(59))
                        .plus(back(3).times(37))
                        .minus(back(4).times(9))
                        .times((float) (1.0 / 24));
        };
    }

    private Tensor back(int calls) {
        return outputs.get(outputs.size() - calls);
    }

    /** The transfer part of the method, equation 11. */
    private Tensor transferred(Tensor sample, int from, int to, Tensor modelOutput) {
        float alpha = schedule.alphaCumprod(from);
        float alphaTo = to >= 0 ? schedule.alphaCumprod(to) : finalAlpha;
        float beta = 1.0f - alpha;
        float betaTo = 1.0f - alphaTo;
        Tensor epsilon = prediction == Prediction.VELOCITY
                ? modelOutput.times(Float32.sqrt(alpha)).plus(sample.times(Float32.sqrt(beta)))
                : modelOutput;
        float denominator = alpha * Float32.sqrt(betaTo) + Float32.sqrt(alpha * beta * alphaTo);
        return sample.times(Float32.sqrt(alphaTo / alpha))
                .minus(epsilon.times(alphaTo - alpha).dividedBy(denominator));
    }
}
