package io.darkroom.diffusion.latent;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;

/**
 * Between a VAE's latents and those that the UNet works on, which have about unit variance (Rombach
 * et al., arXiv:2112.10752, appendix G).
 *
 * @param factor the VAE's {@code scaling_factor}; 0.18215 for Stable Diffusion 1.x
 * @param means the VAE's {@code latents_mean}, one per channel; empty for most
 * @param deviations the VAE's {@code latents_std}, as many
 */
public record LatentScale(double factor, List<Double> means, List<Double> deviations) {
    public LatentScale {
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
        if (means.size() != deviations.size()) {
            throw new IllegalArgumentException(
                    "latents_mean has " + means.size() + " entries, latents_std " + deviations.size());
        }
        if (!(factor > 0) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException("scaling_factor " + factor + " is not a number above 0");
        }
    }

    /** The same for all channels. */
    public LatentScale(double factor) {
        this(factor, List.of(), List.of());
    }

    /** Latents as the UNet wants them. */
    public Tensor scaled(Tensor encoded) {
        return means.isEmpty()
                ? encoded.times((float) factor)
                : byChannel(encoded, (value, mean, deviation) -> (value - mean) * (float) factor / deviation);
    }

    /** Latents as the VAE's decoder wants them. */
    public Tensor unscaled(Tensor latents) {
        return means.isEmpty()
                ? latents.dividedBy((float) factor)
                : byChannel(latents, (value, mean, deviation) -> value * deviation / (float) factor + mean);
    }

    private interface Scaling {
        float of(float value, float mean, float deviation);
    }

    private Tensor byChannel(Tensor latents, Scaling scaling) {
        if (latents.dimension(1) != means.size()) {
            throw new IllegalArgumentException(latents + " has no " + means.size() + " channels, as latents_mean has");
        }
        int plane = latents.dimension(2) * latents.dimension(3);
        float[] values = new float[latents.size()];
        for (int i = 0; i < values.length; i++) {
            int channel = i / plane % means.size();
            float mean = means.get(channel).floatValue();
            values[i] =
                    scaling.of(latents.data()[i], mean, deviations.get(channel).floatValue());
        }
        return Tensor.of(values, latents.shape());
    }
}
