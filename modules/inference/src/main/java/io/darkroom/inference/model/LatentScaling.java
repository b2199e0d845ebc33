package io.darkroom.inference.model;

import java.util.HexFormat;
import java.util.List;

/**
 * How the latents that a UNet sees follow from those of the VAE.
 *
 * @param factor {@code scaling_factor}
 * @param means {@code latents_mean}, one per channel; empty where there is none
 * @param deviations {@code latents_std}, as many
 */
public record LatentScaling(double factor, List<Double> means, List<Double> deviations) {
    private static final double OF_STABLE_DIFFUSION = 0.18215;

    public LatentScaling {
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
    }

    static LatentScaling read(FolderFiles files) throws ModelException {
        JsonFields config = JsonFields.read(files, "vae_decoder/config.json");
        List<Double> means = config.numbers("latents_mean");
        List<Double> deviations = config.numbers("latents_std");
        boolean both = !means.isEmpty() && !deviations.isEmpty();
        return new LatentScaling(
                config.positive("scaling_factor").orElse(OF_STABLE_DIFFUSION),
                both ? means : List.of(),
                both ? deviations : List.of());
    }

    /** The numbers' bits, so that two texts are equal exactly if the scalings are. */
    String fingerprint() {
        StringBuilder text = new StringBuilder("scaling_factor ").append(bits(factor));
        means.forEach(mean -> text.append(" latents_mean ").append(bits(mean)));
        deviations.forEach(deviation -> text.append(" latents_std ").append(bits(deviation)));
        return text.append('\n').toString();
    }

    private static String bits(double value) {
        return HexFormat.of().toHexDigits(Double.doubleToLongBits(value));
    }
}
