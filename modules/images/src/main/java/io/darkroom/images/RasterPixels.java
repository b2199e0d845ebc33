package io.darkroom.images;

import java.awt.image.Raster;
import java.util.Arrays;

/**
 * From a decoder's samples to RGB bytes, without Java's colour models, which apply a gamma to
 * greys.
 */
final class RasterPixels {
    private RasterPixels() {}

    private interface Pixel {
        /** Writes three bytes at {@code to} from one pixel's samples at {@code from}. */
        void write(int[] samples, int from, byte[] out, int to);
    }

    /** The first three of the bands; of 16 bits the upper 8, as in PIL. */
    static RgbImage rgb(Raster raster, int depth) {
        int shift = depth - 8;
        return convert(raster, (samples, from, out, to) -> {
            out[to] = (byte) (samples[from] >> shift);
            out[to + 1] = (byte) (samples[from + 1] >> shift);
            out[to + 2] = (byte) (samples[from + 2] >> shift);
        });
    }

    /** The first band; depths under 8 are stretched to 0..255. */
    static RgbImage grey(Raster raster, int depth) {
        int factor = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
        int shift = Math.max(0, depth - 8);
        return convert(raster, (samples, from, out, to) -> {
            byte value = (byte) ((samples[from] >> shift) * factor);
            out[to] = value;
            out[to + 1] = value;
            out[to + 2] = value;
        });
    }

    /** Indices beyond the palette are black, as in PIL. */
    static RgbImage indexed(Raster raster, byte[] palette) {
        byte[] full = Arrays.copyOf(palette, 768);
        return convert(raster, (samples, from, out, to) -> System.arraycopy(full, samples[from] * 3, out, to, 3));
    }

    /** Full-range Y, Cb, Cr as in JFIF, in libjpeg's 16-bit fixed point. */
    static RgbImage yCbCr(Raster raster) {
        return convert(raster, (samples, from, out, to) -> {
            int y = samples[from];
            int cb = samples[from + 1] - 128;
            int cr = samples[from + 2] - 128;
            out[to] = clip(y + (91_881 * cr + 32_768 >> 16));
            out[to + 1] = clip(y + (-22_554 * cb - 46_802 * cr + 32_768 >> 16));
            out[to + 2] = clip(y + (116_130 * cb + 32_768 >> 16));
        });
    }

    /**
     * Inverted CMYK as Adobe writes it. Where the first three are Y, Cb, Cr they hold the inverse
     * of C, M, Y.
     */
    static RgbImage cmyk(Raster raster, boolean asYcck) {
        byte[] ink = (asYcck ? yCbCr(raster) : rgb(raster, 8)).rgb();
        return convert(raster, (samples, from, out, to) -> {
            int key = samples[from + 3];
            for (int i = 0; i < 3; i++) {
                int value = ink[to + i] & 0xff;
                int inverted = asYcck ? value : 255 - value;
                out[to + i] = clip(key - timesOver255(inverted, key));
            }
        });
    }

    /** PIL's MULDIV255: a * b / 255, rounded, without a division. */
    private static int timesOver255(int a, int b) {
        int product = a * b + 128;
        return (product >> 8) + product >> 8;
    }

    private static byte clip(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }

    private static RgbImage convert(Raster raster, Pixel pixel) {
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        RgbImage image = RgbImage.black(width, raster.getHeight());
        int[] samples = new int[width * bands];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
            for (int x = 0; x < width; x++) {
                pixel.write(samples, x * bands, image.rgb(), (y * width + x) * 3);
            }
        }
        return image;
    }
}
