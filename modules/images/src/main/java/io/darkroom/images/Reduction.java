package io.darkroom.images;

/**
 * Makes a picture smaller by whole numbers, each pixel the average of a block; at the right and lower edge of what is left of
 * one. Gives Pillow's bytes: the average is a product with 2^24 / (pixels of the block), rounded down, plus half a block.
 *
 * <p>Source of the algorithm: Pillow's {@code Reduce.c}, as reached through {@code Image.reduce(factor)}.
 */
final class Reduction {
    private static final int COLOURS = 3;
    private static final int SHIFT = 24;

    private Reduction() {}

    /**
     * @param across 1 or more
     * @param down 1 or more
     */
    static RgbImage of(RgbImage image, int across, int down) {
        RgbImage reduced = RgbImage.black(Math.ceilDiv(image.width(), across), Math.ceilDiv(image.height(), down));
        for (int y = 0; y < reduced.height(); y++) {
            int high = Math.min(down, image.height() - y * down);
            for (int x = 0; x < reduced.width(); x++) {
                int wide = Math.min(across, image.width() - x * across);
                average(image, x * across, y * down, wide, high, reduced.rgb(), (y * reduced.width() + x) * COLOURS);
            }
        }
        return reduced;
    }

    private static void average(RgbImage image, int left, int top, int wide, int high, byte[] out, int to) {
        long factor = (1L << SHIFT) / ((long) wide * high);
        for (int colour = 0; colour < COLOURS; colour++) {
            long sum = (long) wide * high / 2;
            for (int y = top; y < top + high; y++) {
                for (int x = left; x < left + wide; x++) {
                    sum += image.rgb()[(y * image.width() + x) * COLOURS + colour] & 0xff;
                }
            }
            out[to + colour] = (byte) (sum * factor >> SHIFT);
        }
    }
}
