package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Which part of the way from noise to picture a stage goes, so that one model can begin it and another end it: the
 * ensemble of expert denoisers of Balaji et al. (arXiv:2211.01324). As in diffusers, 0 and 1 cut nothing off.
 *
 * @param start {@code denoising_start}, 0..1: the input's latents are that far denoised, so no noise is added
 * @param end {@code denoising_end}, 0..1: the latents stay as noisy as they are there
 */
public record DenoisingSpan(OptionalDouble start, OptionalDouble end) {
    /** From noise, or from the input and its strength, to the picture. */
    public static final DenoisingSpan WHOLE = new DenoisingSpan(OptionalDouble.empty(), OptionalDouble.empty());

    public DenoisingSpan {
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
    }

    /** Whether the input's latents are taken as they are, without noise. */
    boolean continues() {
        return start.isPresent();
    }

    /** Whether the start, rather than a strength, says where to begin. */
    boolean cutsStart() {
        return cuts(start);
    }

    /**
     * Leaves out the calls before the start.
     *
     * @param trainTimesteps of the sampler
     */
    Sampler fromStart(Sampler sampler, int trainTimesteps) {
        float[] timesteps = sampler.timesteps();
        int left = 0;
        for (float timestep : timesteps) {
            left += timestep < cutoff(start, trainTimesteps) ? 1 : 0;
        }
        if (sampler.order() == 2 && left % 2 == 0) {
            // a step of two calls, of which the start would have left the second
            left++;
        }
        return left == 0 ? sampler.endingAfter(0) : sampler.startingAt(timesteps.length - left);
    }

    /**
     * Leaves out the calls behind the end.
     *
     * @param trainTimesteps of the sampler
     */
    Sampler toEnd(Sampler sampler, int trainTimesteps) {
        if (!cuts(end)) {
            return sampler;
        }
        int made = 0;
        for (float timestep : sampler.timesteps()) {
            made += timestep >= cutoff(end, trainTimesteps) ? 1 : 0;
        }
        return sampler.endingAfter(made);
    }

    private static boolean cuts(OptionalDouble fraction) {
        return fraction.isPresent() && fraction.getAsDouble() > 0 && fraction.getAsDouble() < 1;
    }

    /** Python's {@code round} takes halves to the even number, as {@code rint} does. */
    private static double cutoff(OptionalDouble fraction, int trainTimesteps) {
        return Math.rint(trainTimesteps - fraction.getAsDouble() * trainTimesteps);
    }
}
