package io.darkroom.diffusion.sampler;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Which of the N training timesteps the n inference steps visit, from noisy to clean: table 2 of
 * Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed" (arXiv:2305.08891), in
 * the double arithmetic of numpy.
 */
final class TimestepGrid {
    private TimestepGrid() {}

    /** n points from N - 1 down to 0, not rounded. */
    static double[] linspace(int trainTimesteps, int steps) {
        return reversed(evenly(0, trainTimesteps - 1, steps));
    }

    /** {@code i * (N // n) + offset}, downwards. */
    static double[] leading(int trainTimesteps, int steps, int offset) {
        int ratio = trainTimesteps / steps;
        double[] grid = new double[steps];
        for (int i = 0; i < steps; i++) {
            grid[i] = (double) (steps - 1 - i) * ratio + offset;
        }
        return grid;
    }

    /**
     * {@code round(last - i * N / n) - 1} while positive before rounding. Rounding errors of
     * numpy's arange can add one more entry, -1, as they do in diffusers.
     */
    static double[] trailing(int trainTimesteps, int lastTimestep, int steps) {
        double ratio = (double) trainTimesteps / steps;
        int count = (int) Math.ceil((0 - (double) lastTimestep) / -ratio);
        // numpy fills an arange with start + i * (second - start)
        double delta = (lastTimestep - ratio) - lastTimestep;
        double[] grid = new double[count];
        for (int i = 0; i < count; i++) {
            grid[i] = Math.rint(lastTimestep + i * delta) - 1;
        }
        return grid;
    }

    /** The grid of samplers that keep linspace's fractions in float32 (Euler, Heun, LMS, KDPM2). */
    static double[] fractional(SamplerConfig config, int steps) {
        double[] grid = named(config, steps);
        return mapped(grid, value -> (float) value);
    }

    /** The grid of samplers that round linspace to whole timesteps (DDIM, DDPM, PNDM). */
    static double[] whole(SamplerConfig config, int steps) {
        return mapped(named(config, steps), Math::rint);
    }

    /**
     * @throws SamplerOptionException if the run wants more steps than there are training timesteps
     */
    static void requireAtMostTrained(SamplerConfig config, SamplerRun run) {
        if (run.numInferenceSteps() > config.trainTimesteps()) {
            throw new SamplerOptionException(
                    "num_inference_steps",
                    run.numInferenceSteps() + " is more than the " + config.trainTimesteps() + " training timesteps");
        }
    }

    private static double[] named(SamplerConfig config, int steps) {
        int trained = config.trainTimesteps();
        return switch (config.choice("timestep_spacing")) {
            case "linspace" -> linspace(trained, steps);
            case "leading" -> leading(trained, steps, config.whole("steps_offset"));
            case "trailing" -> trailing(trained, trained, steps);
            default -> throw new IllegalStateException("timestep_spacing");
        };
    }

    /** {@code numpy.linspace(start, stop, count)}. */
    static double[] evenly(double start, double stop, int count) {
        double[] values = new double[count];
        double step = (stop - start) / (count - 1);
        for (int i = 0; i < count; i++) {
            values[i] = i * step + start;
        }
        if (count > 1) {
            values[count - 1] = stop;
        } else {
            values[0] = start;
        }
        return values;
    }

    static double[] reversed(double[] values) {
        double[] reversed = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            reversed[i] = values[values.length - 1 - i];
        }
        return reversed;
    }

    static double[] mapped(double[] values, DoubleUnaryOperator function) {
        return Arrays.stream(values).map(function).toArray();
    }

    static float[] toFloat(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }
}
