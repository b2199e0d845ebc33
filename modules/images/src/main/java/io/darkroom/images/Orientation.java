package io.darkroom.images;

import java.util.Optional;

/**
 * The eight ways in which EXIF (tag 0x0112) or XMP say that stored pixels are to be shown; the same turns
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

    /** What stands before the TIFF header in a JPEG's segment. */
    static final String EXIF_PREFIX = "Exif\0\0";

    private static final int TAG = 0x0112;
    private static final String XMP_NAME = "tiff:Orientation";

    /**
     * What a file says about how it is to be shown, in Pillow's order: EXIF where that has the tag, whatever its value; else
     * the first {@code tiff:Orientation} in XMP.
     *
     * @param exif a TIFF header and its directory; empty where the file has no EXIF
     * @param xmp an XMP packet; empty where the file has none
     */
    static Orientation of(byte[] exif, byte[] xmp) {
        return inExif(exif).orElseGet(() -> inXmp(xmp));
    }

    /** Reads a TIFF header and its first directory; what cannot be understood does not say anything, as in PIL. */
    private static Optional<Orientation> inExif(byte[] exif) {
        try {
            return find(new ByteReader(exif));
        } catch (ImageRejectedException ignored) {
            return Optional.empty();
        }
    }

    private static Optional<Orientation> find(ByteReader in) throws ImageRejectedException {
        int tiff = afterPrefixes(in);
        boolean little = in.hasAscii(tiff, "II");
        if (!little && !in.hasAscii(tiff, "MM")) {
            return Optional.empty();
        }
        long directory = little ? in.u32Little(tiff + 4) : in.u32(tiff + 4);
        if (directory > in.length() - tiff) {
            return Optional.empty();
        }
        int start = tiff + (int) directory;
        int entries = little ? in.u16Little(start) : in.u16(start);
        for (int i = 0; i < entries; i++) {
            int entry = start + 2 + 12 * i;
            int tag = little ? in.u16Little(entry) : in.u16(entry);
            if (tag == TAG) {
                return Optional.of(numbered(little ? in.u16Little(entry + 8) : in.u16(entry + 8)));
            }
        }
        return Optional.empty();
    }

    /** Some writers put JPEG's prefix before the TIFF header in other formats too, or twice. */
    private static int afterPrefixes(ByteReader in) {
        int at = 0;
        while (at < 2 * EXIF_PREFIX.length() && in.hasAscii(at, EXIF_PREFIX)) {
            at += EXIF_PREFIX.length();
        }
        return at;
    }

    /** A search like Pillow's, as an attribute or an element, and no XML parser: a packet may be hostile. */
    private static Orientation inXmp(byte[] xmp) {
        ByteReader in = new ByteReader(xmp);
        for (int at = 0; at < xmp.length; at++) {
            if (xmp[at] == 't' && in.hasAscii(at, XMP_NAME)) {
                int value = afterName(in, at + XMP_NAME.length());
                if (value < xmp.length && xmp[value] >= '0' && xmp[value] <= '9') {
                    return numbered(xmp[value] - '0');
                }
            }
        }
        return UPRIGHT;
    }

    /** Where the value stands, or the packet's end. */
    private static int afterName(ByteReader in, int at) {
        if (in.hasAscii(at, "=\"")) {
            return at + 2;
        }
        return in.hasAscii(at, ">") ? at + 1 : in.length();
    }

    private static Orientation numbered(int value) {
        return value >= 1 && value <= 8 ? values()[value - 1] : UPRIGHT;
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
