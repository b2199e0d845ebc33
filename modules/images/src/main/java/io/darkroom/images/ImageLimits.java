package io.darkroom.images;

import java.time.Duration;

/**
 * What a picture from outside may cost. All are checked against the file's own header before pixels
 * are decoded, except the time, which is checked while they are.
 *
 * @param maxBytes of the file
 * @param maxPixels width times height
 * @param maxSide the longer side in pixels
 * @param maxDecodeTime of one picture; a decoder that passes it is stopped at its next read or row
 */
public record ImageLimits(long maxBytes, long maxPixels, int maxSide, Duration maxDecodeTime) {
    /** Above this a picture's bytes would not fit a Java array. */
    private static final long MOST_PIXELS = (Integer.MAX_VALUE - 16) / 4;

    public ImageLimits {
        if (maxBytes < 1 || maxPixels < 1 || maxPixels > MOST_PIXELS || maxSide < 1 || !maxDecodeTime.isPositive()) {
            throw new IllegalArgumentException("limits must be positive and maxPixels at most "
                    + MOST_PIXELS
                    + ": bytes "
                    + maxBytes
                    + ", pixels "
                    + maxPixels
                    + ", side "
                    + maxSide
                    + ", time "
                    + maxDecodeTime);
        }
    }

    public ImageLimits(long maxBytes, long maxPixels) {
        this(maxBytes, maxPixels, 16_384, Duration.ofSeconds(10));
    }

    /** 32 MiB, 16 million pixels (4096 x 4096), 10 seconds. */
    public static ImageLimits standard() {
        return new ImageLimits(32L << 20, 4096L * 4096);
    }
}
