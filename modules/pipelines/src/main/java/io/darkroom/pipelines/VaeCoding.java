package io.darkroom.pipelines;

import io.darkroom.diffusion.image.Pixels;
import io.darkroom.diffusion.latent.LatentScale;
import io.darkroom.diffusion.latent.Posterior;
import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.Resize;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.model.LatentScaling;
import io.darkroom.inference.model.ModelFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Between pixels and scaled latents, for one model. */
final class VaeCoding {
    private final Device device;
    private final ModelFolder model;
    private final LatentScale scale;

    VaeCoding(Device device, ModelFolder model) {
        this.device = device;
        this.model = model;
        this.scale = scale(model);
    }

    /** Means and deviations count in SDXL's pipelines only, as in diffusers. */
    private static LatentScale scale(ModelFolder model) {
        LatentScaling scaling = model.vae().scaling();
        return model.family().isXl()
                ? new LatentScale(scaling.factor(), scaling.means(), scaling.deviations())
                : new LatentScale(scaling.factor());
    }

    /** How a picture is brought to a size that the VAE can take. */
    interface Resampling {
        RgbImage to(RgbImage image, int width, int height);

        /** Of image-to-image. */
        Resampling LANCZOS = Resize::lanczos;

        /** Of the upscalers. */
        Resampling BICUBIC = Resize::bicubic;
    }

    /**
     * All pictures at the first one's size, which is rounded down to a multiple of the VAE's
     * factor.
     *
     * @param warnings takes a sentence for each picture that changed its size
     */
    List<RgbImage> fit(List<RgbImage> images, Resampling resampling, List<String> warnings) throws StageException {
        int factor = model.vaeScaleFactor();
        int width = images.getFirst().width() / factor * factor;
        int height = images.getFirst().height() / factor * factor;
        if (width == 0 || height == 0) {
            throw StageException.user(
                    "image",
                    images.getFirst().width()
                            + "x"
                            + images.getFirst().height()
                            + " is too small; the least is "
                            + factor
                            + "x"
                            + factor);
        }
        List<RgbImage> fitted = new ArrayList<>();
        for (RgbImage image : images) {
            if (image.width() != width || image.height() != height) {
                warnings.add("An input image of %dx%d was resized to %dx%d."
                        .formatted(image.width(), image.height(), width, height));
            }
            fitted.add(resampling.to(image, width, height));
        }
        return fitted;
    }

    /** Mean and log-variance of pictures, {@code [n, 2 * channels, h, w]}. */
    Timed<Tensor> moments(List<RgbImage> fitted) throws StageException, InterruptedException {
        return moments(tensor(fitted));
    }

    /** The same of {@code [n, 3, height, width]} in -1..1. */
    Timed<Tensor> moments(Tensor pixels) throws StageException, InterruptedException {
        try {
            Timed<Tensor> moments = device.networks(model).vaeEncoder().run(pixels);
            requireFinite(moments.value(), "encoder");
            return moments;
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    /** Draws latents from the posterior and scales them. */
    Tensor draw(Tensor moments, NoiseSource noise) {
        return scale.scaled(Posterior.ofMoments(moments).sample(noise));
    }

    /** Pixels of scaled latents. */
    Decoded decode(Picture.Latents latents) throws StageException, InterruptedException {
        long start = System.nanoTime();
        try {
            Tensor unscaled = scale.unscaled(latents.scaledLatents());
            Timed<Tensor> pictures = device.networks(model).vaeDecoder().run(unscaled);
            requireFinite(pictures.value(), "decoder");
            Picture.Images images = new Picture.Images(images(pictures.value()));
            return new Decoded(images, new Timings(0, 0, System.nanoTime() - start, pictures.deviceNanos()));
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    static Tensor tensor(List<RgbImage> images) {
        return Tensor.concat(images.stream()
                .map(image -> Pixels.toTensor(image.rgb(), image.width(), image.height()))
                .toList());
    }

    private static List<RgbImage> images(Tensor pictures) {
        int height = pictures.dimension(2);
        int width = pictures.dimension(3);
        return IntStream.range(0, pictures.rows())
                .mapToObj(row -> new RgbImage(width, height, Pixels.toBytes(pictures, row)))
                .toList();
    }

    private static void requireFinite(Tensor values, String half) throws StageException {
        if (!values.isFinite()) {
            throw new StageException(
                    StageException.Kind.INTERNAL,
                    "the VAE's " + half + " gave values that are no numbers; a VAE exported in float32 may avoid it");
        }
    }
}
