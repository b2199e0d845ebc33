package io.darkroom.pipelines;

import io.darkroom.diffusion.guidance.Guidance;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.Map;

/**
 * What a family's network is shown of the latents, and what its output says about them: c_in, c_noise, c_skip and c_out
 * of Karras et al. (arXiv:2206.00364), equation 7.
 */
interface Preconditioning {
    /** As Stable Diffusion was trained: latents as the sampler scales them, the output is the prediction. */
    Preconditioning OF_SAMPLER = new Preconditioning() {
        @Override
        public Tensor input(Tensor latents, Sampler sampler) {
            return sampler.scaleModelInput(latents);
        }

        @Override
        public float timestep(Sampler sampler) {
            return sampler.currentTimestep();
        }

        @Override
        public Tensor prediction(Tensor output, Tensor latents, Sampler sampler) {
            return output;
        }
    };

    /** One row for each of the latents'. */
    Tensor input(Tensor latents, Sampler sampler);

    /** The network's {@code timestep}. */
    float timestep(Sampler sampler);

    /**
     * The network's further inputs at this step.
     *
     * @param inputs those that are the same at every step
     */
    default Map<String, Tensor> conditions(Map<String, Tensor> inputs, Sampler sampler) {
        return inputs;
    }

    /**
     * What the sampler takes.
     *
     * @param latents a row for each of the output's
     */
    Tensor prediction(Tensor output, Tensor latents, Sampler sampler);

    /** A pair of predictions put together: classifier-free guidance. */
    default Tensor guided(Tensor unconditional, Tensor conditional, double scale) {
        return Guidance.combine(unconditional, conditional, scale);
    }

    /**
     * The latents after a step, with what the family knows better put back.
     *
     * @param sampler at the position that comes next
     */
    default Tensor stepped(Tensor latents, Sampler sampler) {
        return latents;
    }
}
