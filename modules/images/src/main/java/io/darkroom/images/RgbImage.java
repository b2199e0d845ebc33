package io.darkroom.images;

import java.util.Arrays;

/**
 * A picture in memory: 8 bits a channel, red green blue, row-major, no padding.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb {@code width * height * 3} bytes; not copied, so whoever hands them over lets go of
 *     them
 */
public record RgbImage(int width, int height, byte[] rgb) {
    public RgbImage {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("an image of " + width + "x" + height + " has no pixels");
        }
        if (rgb.length != 3L * width * height) {
            throw new IllegalArgumentException("an image of "
                    + width
                    + "x"
                    + height
                    + " has "
                    + 3L * width * height
                    + " bytes, not "
                    + rgb.length);
        }
    }

    /** A black picture. */
    public static RgbImage black(int width, int height) {
        return new RgbImage(width, height, new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)]);
    }

    /** The value 0..255 of a channel (0 red, 1 green, 2 blue) at a pixel. */
    public int at(int x, int y, int channel) {
        return rgb[(y * width + x) * 3 + channel] & 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RgbImage(int w, int h, byte[] bytes)
                && w == width
                && h == height
                && Arrays.equals(bytes, rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + "x" + height + "]";
    }
}
