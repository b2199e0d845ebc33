package io.darkroom.pipelines;

import io.darkroom.diffusion.image.Interpolation;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.Resize;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.DepthEstimator;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.model.DepthFolder;
import io.darkroom.inference.model.DepthPreparation;
import java.util.ArrayList;
import java.util.List;

/**
 * Depth maps of pictures, bright where it is near: Ranftl et al., "Vision Transformers for Dense Prediction"
 * (arXiv:2103.13413). transformers: {@code pipeline("depth-estimation")} with {@code DPTImageProcessor}. The map is brought to
 * the picture's size and stretched to 0..255.
 */
final class DepthEstimation {
    private final DepthFolder model;
    private final List<String> warnings = new ArrayList<>();

    private DepthEstimation(DepthFolder model) {
        this.model = model;
    }

    static Preprocessed run(Device device, DepthFolder model, Picture.Images pictures)
            throws StageException, InterruptedException {
        long start = System.nanoTime();
        long deviceNanos = 0;
        var estimation = new DepthEstimation(model);
        List<RgbImage> maps = new ArrayList<>();
        try {
            DepthEstimator estimator = device.depthEstimator(model);
            for (RgbImage picture : pictures.images()) {
                Timed<Tensor> depth = estimator.run(estimation.prepared(picture));
                deviceNanos += depth.deviceNanos();
                requireFinite(depth.value());
                maps.add(map(Interpolation.bicubic(depth.value(), picture.height(), picture.width())));
            }
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
        return new Preprocessed(
                new Picture.Images(maps),
                estimation.warnings,
                new Timings(System.nanoTime() - start, 0, 0, deviceNanos));
    }

    private Tensor prepared(RgbImage picture) {
        DepthPreparation how = model.preparation();
        RgbImage fitted = fitted(picture);
        int plane = fitted.width() * fitted.height();
        Tensor pixels = Tensor.zeros(1, 3, fitted.height(), fitted.width());
        for (int i = 0; i < fitted.rgb().length; i++) {
            int channel = i % 3;
            float value = (float) ((fitted.rgb()[i] & 0xff) * how.scale());
            float mean = how.mean().get(channel).floatValue();
            float deviation = how.deviation().get(channel).floatValue();
            pixels.data()[channel * plane + i / 3] = (value - mean) / deviation;
        }
        return pixels;
    }

    private RgbImage fitted(RgbImage picture) {
        Size wanted = wanted(picture);
        int height = model.fixedHeight() < 0 ? wanted.height() : model.fixedHeight();
        int width = model.fixedWidth() < 0 ? wanted.width() : model.fixedWidth();
        if (height != wanted.height() || width != wanted.width()) {
            warnings.add("The depth estimator was exported for pictures of %dx%d and was shown one of %dx%d so."
                    .formatted(width, height, wanted.width(), wanted.height()));
        }
        if (height == picture.height() && width == picture.width()) {
            return picture;
        }
        return switch (model.preparation().resample()) {
            case 0 -> Resize.nearest(picture, width, height);
            case 1 -> Resize.lanczos(picture, width, height);
            case 2 -> Resize.bilinear(picture, width, height);
            case 4 -> Resize.box(picture, width, height);
            default -> Resize.bicubic(picture, width, height);
        };
    }

    private record Size(int height, int width) {}

    /** As transformers' {@code get_resize_output_image_size}: with the shape kept, the side that changes less decides. */
    private Size wanted(RgbImage picture) {
        DepthPreparation how = model.preparation();
        if (!how.resized()) {
            return new Size(picture.height(), picture.width());
        }
        double ofHeight = how.height() / (double) picture.height();
        double ofWidth = how.width() / (double) picture.width();
        if (how.keepAspectRatio()) {
            double least = Math.abs(1 - ofWidth) < Math.abs(1 - ofHeight) ? ofWidth : ofHeight;
            ofHeight = least;
            ofWidth = least;
        }
        return new Size(
                rounded(ofHeight * picture.height(), how.multiple()),
                rounded(ofWidth * picture.width(), how.multiple()));
    }

    /** To the nearest multiple, halves to the even one as Python's {@code round}, and at least one of it. */
    private static int rounded(double pixels, int multiple) {
        return Math.max(1, (int) Math.rint(pixels / multiple)) * multiple;
    }

    private static void requireFinite(Tensor depth) throws StageException {
        if (!depth.isFinite()) {
            throw new StageException(
                    StageException.Kind.INTERNAL, "the depth estimator gave values that are no numbers");
        }
    }

    /**
     * Grey, from black for the least to white for the largest; a flat one is black.
     *
     * @param depth {@code [1, height, width]}
     */
    private static RgbImage map(Tensor depth) {
        float least = Float.POSITIVE_INFINITY;
        float largest = Float.NEGATIVE_INFINITY;
        for (float value : depth.data()) {
            least = Math.min(least, value);
            largest = Math.max(largest, value);
        }
        float range = largest - least;
        RgbImage map = RgbImage.black(depth.dimension(2), depth.dimension(1));
        for (int i = 0; i < map.rgb().length && range > 0; i++) {
            map.rgb()[i] = (byte) (int) ((depth.data()[i / 3] - least) / range * 255);
        }
        return map;
    }
}
