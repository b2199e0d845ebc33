package io.darkroom.images;

/**
 * Resampling that gives Pillow's bytes: coefficients in 22-bit fixed point, first the rows, then
 * the columns, with the picture between the two rounded to bytes. Where that saves enough work the columns come first, as in
 * Pillow 13 (before, the rows always came first, which gives some values otherwise).
 *
 * <p>Source of the algorithm: Pillow's {@code Resample.c} (and {@code Geometry.c} for nearest), as
 * reached through {@code Image.resize(size, resample)}.
 */
public final class Resize {
    private Resize() {}

    public static RgbImage lanczos(RgbImage image, int width, int height) {
        return resample(image, width, height, ResizeFilter.LANCZOS);
    }

    public static RgbImage bicubic(RgbImage image, int width, int height) {
        return resample(image, width, height, ResizeFilter.BICUBIC);
    }

    /**
     * The same as Pillow's {@code resize(size, BICUBIC, reducing_gap=1)}: a picture that is to become less than half as wide or
     * high is first made smaller by a whole number with averages.
     */
    public static RgbImage bicubicAfterReducing(RgbImage image, int width, int height) {
        int acrossFactor = Math.max(1, image.width() / width);
        int downFactor = Math.max(1, image.height() / height);
        if (acrossFactor == 1 && downFactor == 1) {
            return bicubic(image, width, height);
        }
        RgbImage reduced = Reduction.of(image, acrossFactor, downFactor);
        Span across = new Span(reduced.width(), (double) image.width() / acrossFactor, width);
        Span down = new Span(reduced.height(), (double) image.height() / downFactor, height);
        return resample(reduced, across, down, ResizeFilter.BICUBIC);
    }

    public static RgbImage bilinear(RgbImage image, int width, int height) {
        return resample(image, width, height, ResizeFilter.BILINEAR);
    }

    public static RgbImage box(RgbImage image, int width, int height) {
        return resample(image, width, height, ResizeFilter.BOX);
    }

    public static RgbImage nearest(RgbImage image, int width, int height) {
        int[] columns = nearestSources(image.width(), width);
        int[] rows = nearestSources(image.height(), height);
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = (rows[y] * image.width() + columns[x]) * 3;
                System.arraycopy(image.rgb(), from, out, (y * width + x) * 3, 3);
            }
        }
        return new RgbImage(width, height, out);
    }

    /**
     * The position is summed up step by step, as Pillow does, since its rounding errors decide
     * ties.
     */
    private static int[] nearestSources(int in, int out) {
        double scale = (double) in / out;
        double position = scale * 0.5;
        int[] sources = new int[out];
        for (int i = 0; i < out; i++) {
            sources[i] = Math.min((int) position, in - 1);
            position += scale;
        }
        return sources;
    }

    private static RgbImage resample(RgbImage image, int width, int height, ResizeFilter filter) {
        return resample(
                image,
                new Span(image.width(), image.width(), width),
                new Span(image.height(), image.height(), height),
                filter);
    }

    private static RgbImage resample(RgbImage image, Span across, Span down, ResizeFilter filter) {
        if (columnsFirst(across, down)) {
            return rowsTo(columnsTo(image, down, filter), across, filter);
        }
        return columnsTo(rowsTo(image, across, filter), down, filter);
    }

    /**
     * One direction of a picture.
     *
     * @param in pixels there are
     * @param used how many of them count, from the first on; the last one may count in part
     * @param out pixels there shall be
     */
    private record Span(int in, double used, int out) {
        boolean stays() {
            return in == out && used == in;
        }
    }

    /** Found by trying Pillow 13.0.0: exact for some three thousand sizes and four filters. */
    private static boolean columnsFirst(Span across, Span down) {
        long rowsSaved = (long) down.in() - down.out();
        return rowsSaved > 0 && rowsSaved > 2 * ((long) across.in() - across.out());
    }

    private static RgbImage rowsTo(RgbImage image, Span across, ResizeFilter filter) {
        return across.stays() ? image : rows(image, across, filter);
    }

    private static RgbImage columnsTo(RgbImage image, Span down, ResizeFilter filter) {
        return down.stays() ? image : columns(image, down, filter);
    }

    private static RgbImage rows(RgbImage image, Span across, ResizeFilter filter) {
        int width = across.out();
        ResizeFilter.Coefficients k = filter.coefficients(across.in(), across.used(), width);
        RgbImage out = RgbImage.black(width, image.height());
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                int from = (y * image.width() + k.first(x)) * 3;
                int to = (y * width + x) * 3;
                k.apply(x, image.rgb(), from, 3, out.rgb(), to);
            }
        }
        return out;
    }

    private static RgbImage columns(RgbImage image, Span down, ResizeFilter filter) {
        int height = down.out();
        ResizeFilter.Coefficients k = filter.coefficients(down.in(), down.used(), height);
        int stride = image.width() * 3;
        RgbImage out = RgbImage.black(image.width(), height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < image.width(); x++) {
                k.apply(y, image.rgb(), k.first(y) * stride + x * 3, stride, out.rgb(), y * stride + x * 3);
            }
        }
        return out;
    }
}
