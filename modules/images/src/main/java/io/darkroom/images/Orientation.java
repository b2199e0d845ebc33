package io.darkroom.images;

/**
 * The eight ways in which EXIF (tag 0x0112) says that stored pixels are to be shown; the same turns
 * as PIL's {@code ImageOps.exif_transpose}.
 */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    ROTATED_180,
    FLIPPED,
    TRANSPOSED,
    ROTATED_RIGHT,
    TRANSVERSED,
    ROTATED_LEFT;

    private static final int TAG = 0x0112;

    /**
     * Reads a TIFF header and its first directory; what cannot be understood counts as upright, as
     * in PIL.
     */
    static Orientation fromExif(byte[] tiff) {
        try {
            return find(new ByteReader(tiff));
        } catch (ImageRejectedException ignored) {
            return UPRIGHT;
        }
    }

    private static Orientation find(ByteReader in) throws ImageRejectedException {
        boolean little = in.hasAscii(0, "II");
        if (!little && !in.hasAscii(0, "MM")) {
            return UPRIGHT;
        }
        long directory = little ? in.u32Little(4) : in.u32(4);
        if (directory > in.length()) {
            return UPRIGHT;
        }
        int start = (int) directory;
        int entries = little ? in.u16Little(start) : in.u16(start);
        for (int i = 0; i < entries; i++) {
            int entry = start + 2 + 12 * i;
            int tag = little ? in.u16Little(entry) : in.u16(entry);
            if (tag == TAG) {
                int value = little ? in.u16Little(entry + 8) : in.u16(entry + 8);
                return value >= 1 && value <= 8 ? values()[value - 1] : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    RgbImage apply(RgbImage in) {
        if (this == UPRIGHT) {
            return in;
        }
        boolean swaps = ordinal() >= TRANSPOSED.ordinal();
        int width = swaps ? in.height() : in.width();
        int height = swaps ? in.width() : in.height();
        byte[] out = new byte[in.rgb().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(in.rgb(), source(in, x, y) * 3, out, (y * width + x) * 3, 3);
            }
        }
        return new RgbImage(width, height, out);
    }

    /** The index of the stored pixel that is shown at (x, y). */
    private int source(RgbImage in, int x, int y) {
        int right = in.width() - 1;
        int bottom = in.height() - 1;
        return switch (this) {
            case UPRIGHT -> y * in.width() + x;
            case MIRRORED -> y * in.width() + right - x;
            case ROTATED_180 -> (bottom - y) * in.width() + right - x;
            case FLIPPED -> (bottom - y) * in.width() + x;
            case TRANSPOSED -> x * in.width() + y;
            case ROTATED_RIGHT -> (bottom - x) * in.width() + y;
            case TRANSVERSED -> (bottom - x) * in.width() + right - y;
            case ROTATED_LEFT -> x * in.width() + right - y;
        };
    }
}
