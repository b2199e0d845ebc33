package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What flows from stage to stage. */
public sealed interface Picture {
    /** How many pictures there are. */
    int count();

    /** Pixels. The first picture sets the size of all. */
    record Images(List<RgbImage> images) implements Picture {
        public Images {
            images = List.copyOf(images);
            if (images.isEmpty()) {
                throw new IllegalArgumentException("images: there must be at least one");
            }
        }

        @Override
        public int count() {
            return images.size();
        }
    }

    /**
     * What Kandinsky's decoder is told instead of a text: CLIP's view of pictures that nobody has made yet.
     *
     * @param wanted {@code image_embeds}, {@code [n, width]}
     * @param unwanted {@code negative_image_embeds}, as many
     */
    record Embeddings(Tensor wanted, Tensor unwanted) implements Picture {
        public Embeddings {
            if (wanted.rank() != 2 || !Arrays.equals(wanted.shape(), unwanted.shape())) {
                throw new IllegalArgumentException(
                        "image_embeds and negative_image_embeds: must both be [n, width], not "
                                + Arrays.toString(wanted.shape())
                                + " and "
                                + Arrays.toString(unwanted.shape()));
            }
        }

        /** Each for as many pictures, one after the other. */
        Embeddings interleaved(int times) {
            return new Embeddings(wanted.interleaveRows(times), unwanted.interleaveRows(times));
        }

        @Override
        public int count() {
            return wanted.rows();
        }
    }

    /**
     * Latents as the UNet sees them, that is, multiplied by the VAE's scaling factor.
     *
     * @param scaledLatents {@code [n, channels, height / factor, width / factor]}
     * @param vaeDigest {@link io.darkroom.inference.model.ModelFolder#vaeDigest()} of the VAE that
     *     they belong to
     */
    record Latents(Tensor scaledLatents, String vaeDigest) implements Picture {
        public Latents {
            Objects.requireNonNull(scaledLatents, "scaledLatents");
            Objects.requireNonNull(vaeDigest, "vaeDigest");
        }

        @Override
        public int count() {
            return scaledLatents.rows();
        }
    }
}
