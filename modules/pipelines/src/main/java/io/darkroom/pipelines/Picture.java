package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
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
