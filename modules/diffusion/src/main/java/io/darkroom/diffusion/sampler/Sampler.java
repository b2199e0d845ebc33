package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.OptionalDouble;

/**
 * One run of a diffusion sampler: the list of timesteps, and the state that carries it from noise
 * to a sample.
 *
 * <p>The caller loops {@code while (!done())}: feed {@link #scaleModelInput} and {@link
 * #currentTimestep} to the UNet, apply guidance, hand the prediction to {@link #step}. All rows of
 * a run share its timestep. A run serves one thread.
 */
public interface Sampler {
    /**
     * One entry per UNet call still in this run, from noisy to clean; fractional for some samplers.
     */
    float[] timesteps();

    /**
     * What to multiply standard normal noise with before the first call of a run that starts from
     * noise.
     */
    float initNoiseSigma();

    /**
     * UNet calls per step; image-to-image leaves out {@code order} calls for every step that it
     * skips.
     */
    int order();

    /**
     * Leaves out the first calls, as image-to-image does. Only before the first step; returns this
     * run.
     *
     * @param firstCall index into {@link #timesteps()}, {@code 0..calls()-1}
     */
    Sampler startingAt(int firstCall);

    /**
     * Leaves out the last calls, so that the sample stays as noisy as it is before them. Only before the first step;
     * returns this run.
     *
     * @param made how many calls are made, {@code 0..calls()}
     */
    Sampler endingAfter(int made);

    /** UNet calls in this run. */
    int calls();

    /** UNet calls done, {@code 0..calls()}. */
    int position();

    /** The timestep to feed to the UNet now. */
    float currentTimestep();

    /**
     * The noise level now, in units of the clean sample's spread, for samplers that count in such
     * levels; empty for all others.
     */
    default OptionalDouble currentSigma() {
        return OptionalDouble.empty();
    }

    /**
     * Whether {@link #step} wants the variance that the network learned to predict, as more
     * channels of its output.
     */
    default boolean takesVariance() {
        return false;
    }

    /**
     * Checks what depends on where the run begins. Before the first call.
     *
     * @throws SamplerOptionException if the run cannot be computed from there
     */
    default void requireComputable() {}

    /** The sample as the UNet wants it, for instance scaled to unit variance. */
    Tensor scaleModelInput(Tensor sample);

    /**
     * A clean sample with noise mixed in, as noisy as the current position wants it: before the first
     * call for image-to-image, after any other but the last for inpainting.
     *
     * @param original latents {@code [n, c, h, w]}
     * @param noise standard normal, same shape
     */
    Tensor addNoise(Tensor original, Tensor noise);

    /**
     * One update; advances the position.
     *
     * @param modelOutput the UNet's prediction after guidance, same shape as the sample; with twice
     *     its channels, the second half the predicted variance, if {@link #takesVariance()}
     * @param sample the sample before {@link #scaleModelInput}
     * @param noise asked only if the sampler adds noise at this position
     */
    Tensor step(Tensor modelOutput, Tensor sample, NoiseSource noise);

    default boolean done() {
        return position() == calls();
    }
}
