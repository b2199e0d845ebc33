package io.darkroom.cli.demo;

import io.darkroom.cli.CommandFailure;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.ImageRejectedException;
import io.darkroom.images.RgbImage;
import java.util.Arrays;
import java.util.List;

/**
 * How two lists of pictures differ.
 *
 * @param pictures how many there are
 * @param sameBytes whether even the files are the same
 * @param largest the largest difference of any channel of any pixel, 0..255
 */
record Comparison(int pictures, boolean sameBytes, int largest) {
    private static final int LARGEST_POSSIBLE = 255;

    static Comparison of(List<byte[]> one, List<byte[]> other) {
        if (one.size() != other.size()) {
            throw CommandFailure.job("one run made " + one.size() + " pictures, the other " + other.size());
        }
        boolean same = true;
        int largest = 0;
        for (int i = 0; i < one.size(); i++) {
            same &= Arrays.equals(one.get(i), other.get(i));
            largest = Math.max(largest, largest(decode(one.get(i)), decode(other.get(i))));
        }
        return new Comparison(one.size(), same, largest);
    }

    static RgbImage decode(byte[] file) {
        try {
            return ImageReading.read(file, ImageLimits.standard());
        } catch (ImageRejectedException e) {
            throw CommandFailure.job("a picture cannot be read back: " + e.getMessage());
        }
    }

    /** In words, to follow "the pictures of both runs are". */
    String words() {
        if (sameBytes) {
            return "the same: all " + pictures + " files are equal byte for byte";
        }
        return largest == 0
                ? "the same: every pixel of all " + pictures + " pictures is equal"
                : "not the same: pixels differ by up to " + largest + "/255";
    }

    private static int largest(RgbImage one, RgbImage other) {
        if (one.width() != other.width() || one.height() != other.height()) {
            return LARGEST_POSSIBLE;
        }
        int largest = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            int difference = Math.abs((one.rgb()[i] & 0xff) - (other.rgb()[i] & 0xff));
            largest = Math.max(largest, difference);
        }
        return largest;
    }
}
