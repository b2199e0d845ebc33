package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;

/** How much of the schedule is run when there is a picture to start from. */
final class Strength {
    private Strength() {}

    /** Leaves out the first steps, so that {@code strength} of the schedule is run. */
    static Sampler shortened(Sampler sampler, int steps, double strength) throws StageException {
        if (!(strength >= 0 && strength <= 1)) {
            throw StageException.user("strength", strength + " is outside 0..1");
        }
        int run = Math.min((int) (steps * strength), steps);
        if (run == 0) {
            throw StageException.user(
                    "strength",
                    "%s of %d steps leaves none to run; give at least %s, or more num_inference_steps"
                            .formatted(strength, steps, least(steps)));
        }
        return sampler.startingAt((steps - run) * sampler.order());
    }

    private static String least(int steps) {
        return String.valueOf(Math.ceil(1000.0 / steps) / 1000);
    }
}
