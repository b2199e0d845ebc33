package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.OptionalDouble;

/**
 * The conventions of the samplers that follow Karras et al. (arXiv:2206.00364): a sample is signal
 * plus sigma times noise, so it starts at the largest sigma, and the UNet wants it scaled back to
 * unit variance.
 */
abstract class SigmaSampler extends ScheduledSampler {
    /** The noise level at each call, and the one after the last. */
    final float[] sigmas;

    private final boolean leading;

    SigmaSampler(SamplerConfig config, float[] timesteps, float[] sigmas) {
        super(timesteps);
        this.sigmas = sigmas;
        this.leading = config.choice("timestep_spacing").equals("leading");
    }

    /** The level of the sample that the UNet is given now. */
    float inputSigma() {
        return sigmas[index()];
    }

    @Override
    public final OptionalDouble currentSigma() {
        return OptionalDouble.of(inputSigma());
    }

    @Override
    public final float initNoiseSigma() {
        return Sigmas.initialScale(sigmas, leading);
    }

    @Override
    public final Tensor scaleModelInput(Tensor sample) {
        return Sigmas.toUnitVariance(sample, inputSigma());
    }

    @Override
    public final Tensor addNoise(Tensor original, Tensor noise) {
        return original.plus(noise.times(sigmas[index()]));
    }
}
