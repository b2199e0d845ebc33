package io.darkroom.inference.model;

import io.darkroom.inference.onnx.TensorPort;
import java.util.List;

/**
 * What the autoencoder does to sizes and values.
 *
 * @param scaleFactor pixels per latent in each direction, {@code 2^(blocks - 1)}
 * @param latentChannels channels of a latent, 4 for Stable Diffusion
 * @param sampleSize side in pixels of the pictures that it was trained on, and of its tiles
 * @param scaling between the VAE's latents and those that the UNet sees
 */
public record VaeShape(int scaleFactor, int latentChannels, int sampleSize, LatentScaling scaling) {
    /** AutoencoderKL's own. */
    private static final int DEFAULT_SAMPLE_SIZE = 32;

    /** The same with another factor, for pipelines that do not take the one in the file. */
    VaeShape scaledBy(double factor) {
        return new VaeShape(scaleFactor, latentChannels, sampleSize, new LatentScaling(factor, List.of(), List.of()));
    }

    /** MoVQ's, whose encoder gives the latents themselves, to be taken as they are. */
    static VaeShape readMovq(FolderFiles files, Component encoder, Component decoder) throws ModelException {
        encoder.requireFloating(encoder.output("latents"));
        return readWithoutMoments(files, encoder, decoder).scaledBy(1);
    }

    static VaeShape read(FolderFiles files, Component encoder, Component decoder) throws ModelException {
        VaeShape shape = readWithoutMoments(files, encoder, decoder);
        requireMoments(encoder, shape.latentChannels());
        return shape;
    }

    private static VaeShape readWithoutMoments(FolderFiles files, Component encoder, Component decoder)
            throws ModelException {
        JsonFields config = JsonFields.read(files, "vae_decoder/config.json");
        TensorPort latents = decoder.input("latent_sample");
        decoder.requireFloating(latents);
        decoder.requireFloating(decoder.output("sample"));
        encoder.requireFloating(encoder.input("sample"));
        int channels = (int) latents.dimension(1);
        if (channels < 1) {
            channels = config.integer("latent_channels", 1, 64).orElse(4);
        }
        int blocks = config.length("block_out_channels").orElse(4);
        return new VaeShape(
                1 << (blocks - 1),
                channels,
                config.integer("sample_size", 1, 1 << 16).orElse(DEFAULT_SAMPLE_SIZE),
                LatentScaling.read(files));
    }

    /** A sampled latent cannot honour a seed: the draw must be ours. */
    private static void requireMoments(Component encoder, int channels) throws ModelException {
        TensorPort moments = encoder.output("latent_parameters");
        encoder.requireFloating(moments);
        long given = moments.dimension(1);
        if (given >= 0 && given != 2L * channels) {
            throw new ModelException("vae_encoder/model.onnx: latent_parameters has "
                    + given
                    + " channels; it must give mean and log-variance, "
                    + 2 * channels);
        }
    }
}
