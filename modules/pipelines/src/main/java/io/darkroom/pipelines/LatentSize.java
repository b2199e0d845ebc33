package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import java.util.OptionalInt;

/**
 * Height and width of latents that the model can take.
 *
 * <p>Pixels must divide by the VAE's factor. Where a UNet's graph does not show how it could take any size, latents must
 * divide by {@code 2^(levels - 1)} as well, which diffusers asks for only where its own UNet cannot round.
 */
record LatentSize(int height, int width) {
    /** Height and width of the picture. */
    MicroConditions.Pair pixels(ModelFolder model) {
        return new MicroConditions.Pair(height * model.vaeScaleFactor(), width * model.vaeScaleFactor());
    }

    /** A size in pixels that divides by the VAE's factor and by what the exported network needs. */
    static LatentSize requireFitting(ModelFolder model, int width, int height) throws StageException {
        requireMultiple(model, "width", width);
        requireMultiple(model, "height", height);
        return new LatentSize(height / model.vaeScaleFactor(), width / model.vaeScaleFactor());
    }

    /** The size asked for, or the model's own. */
    static LatentSize ofPixels(ModelFolder model, OptionalInt width, OptionalInt height, Limits limits)
            throws StageException {
        int factor = model.vaeScaleFactor();
        int pixelsWide = width.orElse(model.unetShape().defaultWidth() * factor);
        int pixelsHigh = height.orElse(model.unetShape().defaultHeight() * factor);
        requireMultiple(model, "width", pixelsWide);
        requireMultiple(model, "height", pixelsHigh);
        limits.requirePixels("width", (long) pixelsWide * pixelsHigh);
        return new LatentSize(pixelsHigh / factor, pixelsWide / factor);
    }

    /**
     * The size of an input picture, already a multiple of the VAE's factor.
     *
     * @param enlarged how many times larger the network works
     */
    static LatentSize ofImage(ModelFolder model, RgbImage image, Limits limits, int enlarged) throws StageException {
        limits.requirePixels("image", (long) image.width() * image.height() * enlarged * enlarged);
        requireMultipleOf(
                image, model.vaeScaleFactor() * Math.ceilDiv(model.unetShape().latentStep(), enlarged));
        return new LatentSize(image.height() / model.vaeScaleFactor(), image.width() / model.vaeScaleFactor());
    }

    private static void requireMultipleOf(RgbImage image, int step) throws StageException {
        if (image.width() % step != 0 || image.height() % step != 0) {
            throw StageException.user(
                    "image",
                    "%dx%d pixels; this model's exported network needs width and height to be multiples of %d, such as %dx%d"
                            .formatted(
                                    image.width(),
                                    image.height(),
                                    step,
                                    nearest(image.width(), step),
                                    nearest(image.height(), step)));
        }
    }

    /** Checks a picture each of whose pixels becomes one latent. */
    static void requirePixelsAsLatents(ModelFolder model, RgbImage image, Limits limits) throws StageException {
        int factor = model.vaeScaleFactor();
        limits.requirePixels("image", (long) image.width() * image.height() * factor * factor);
        requireMultipleOf(image, model.unetShape().latentStep());
    }

    /**
     * Checks latents that another stage made.
     *
     * @param enlarged how many times larger the network works
     */
    static LatentSize require(ModelFolder model, Picture.Latents latents, Limits limits, int enlarged)
            throws StageException {
        Tensor values = requireDecodable(model, latents, limits);
        int height = values.dimension(2);
        int width = values.dimension(3);
        int step = Math.ceilDiv(model.unetShape().latentStep(), enlarged);
        if (height == 0 || width == 0 || height % step != 0 || width % step != 0) {
            throw StageException.user(
                    "input", "latents of " + height + "x" + width + "; height and width must be multiples of " + step);
        }
        int pixels = model.vaeScaleFactor() * enlarged;
        limits.requirePixels("input", (long) height * width * pixels * pixels);
        return new LatentSize(height, width);
    }

    /** Checks that latents belong to the model's VAE, whatever their size. */
    static Tensor requireDecodable(ModelFolder model, Picture.Latents latents, Limits limits) throws StageException {
        Tensor values = latents.scaledLatents();
        if (values.rank() != 4 || values.rows() == 0 || values.dimension(1) != model.latentChannels()) {
            throw StageException.user(
                    "input",
                    values + " are no latents of this model; they must be [n, " + model.latentChannels() + ", h, w]");
        }
        if (!values.isFinite()) {
            throw StageException.user("input", "the latents hold values that are no numbers");
        }
        requireSameVae(model, latents);
        long factor = model.vaeScaleFactor();
        limits.requirePixels("input", factor * factor * values.dimension(2) * values.dimension(3));
        return values;
    }

    private static void requireSameVae(ModelFolder model, Picture.Latents latents) throws StageException {
        try {
            if (!latents.vaeDigest().equals(model.vaeDigest())) {
                throw StageException.user(
                        "input",
                        "the latents belong to the VAE "
                                + latents.vaeDigest()
                                + ", this model has "
                                + model.vaeDigest()
                                + "; decode them with their own model and encode them with this one");
            }
        } catch (ModelException e) {
            throw Failures.of(e);
        }
    }

    private static void requireMultiple(ModelFolder model, String field, int pixels) throws StageException {
        int step = model.vaeScaleFactor() * model.unetShape().latentStep();
        if (pixels < step || pixels % step != 0) {
            throw StageException.user(
                    field,
                    "%d is no multiple of %d, which this model needs; the nearest is %d"
                            .formatted(pixels, step, nearest(pixels, step)));
        }
    }

    private static int nearest(int pixels, int step) {
        return Math.max(1, Math.round((float) pixels / step)) * step;
    }
}
