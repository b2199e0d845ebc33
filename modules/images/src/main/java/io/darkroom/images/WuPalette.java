package io.darkroom.images;

import io.darkroom.images.ColourSums.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * At most {@value #MAX_COLOURS} colours for a picture: Xiaolin Wu, "Efficient Statistical Computations for Optimal Color
 * Quantization" (Graphics Gems II, 1991). The cube of all colours is cut where the squared errors are largest, each time so
 * that least of them is left; a box's colour is the mean of its pixels.
 */
final class WuPalette {
    static final int MAX_COLOURS = 256;

    private final byte[][] colours;
    private final byte[] indexOfCell = new byte[1 << 3 * ColourSums.BITS];

    private WuPalette(ColourSums sums, List<Box> boxes) {
        colours = new byte[3][boxes.size()];
        for (int i = 0; i < boxes.size(); i++) {
            for (int channel = 0; channel < 3; channel++) {
                colours[channel][i] = (byte) sums.mean(channel, boxes.get(i));
            }
            fill(boxes.get(i), (byte) i);
        }
    }

    static WuPalette of(RgbImage image) {
        ColourSums sums = new ColourSums(image.rgb());
        return new WuPalette(sums, boxes(sums));
    }

    int size() {
        return colours[0].length;
    }

    /** The values 0..255 of a channel (0 red, 1 green, 2 blue), by colour. */
    byte[] values(int channel) {
        return colours[channel].clone();
    }

    /** The number of a pixel's colour, as an unsigned byte. */
    byte indexOf(byte red, byte green, byte blue) {
        return indexOfCell[ColourSums.cell(red, green, blue)];
    }

    /** A box that can be cut in two. */
    private record Cuttable(Box box, Box below, Box above, double error) {}

    private static List<Box> boxes(ColourSums sums) {
        List<Box> done = new ArrayList<>();
        PriorityQueue<Cuttable> open =
                new PriorityQueue<>(Comparator.comparingDouble(Cuttable::error).reversed());
        sort(sums, Box.all(), open, done);
        while (!open.isEmpty() && open.size() + done.size() < MAX_COLOURS) {
            Cuttable worst = open.remove();
            sort(sums, worst.below(), open, done);
            sort(sums, worst.above(), open, done);
        }
        open.forEach(left -> done.add(left.box()));
        return done;
    }

    private static void sort(ColourSums sums, Box box, PriorityQueue<Cuttable> open, List<Box> done) {
        bestCut(sums, box).ifPresentOrElse(open::add, () -> done.add(box));
    }

    /** Empty where no cut leaves pixels on both sides. */
    private static Optional<Cuttable> bestCut(ColourSums sums, Box box) {
        Optional<Cuttable> best = Optional.empty();
        double most = -1;
        for (int channel = 0; channel < 3; channel++) {
            for (int at = box.low()[channel] + 1; at < box.high()[channel]; at++) {
                Box below = box.below(channel, at);
                Box above = box.above(channel, at);
                double explained = sums.explained(below) + sums.explained(above);
                if (explained > most && sums.pixels(below) > 0 && sums.pixels(above) > 0) {
                    most = explained;
                    best = Optional.of(new Cuttable(box, below, above, sums.error(box)));
                }
            }
        }
        return best;
    }

    private void fill(Box box, byte index) {
        for (int red = box.low()[0]; red < box.high()[0]; red++) {
            for (int green = box.low()[1]; green < box.high()[1]; green++) {
                for (int blue = box.low()[2]; blue < box.high()[2]; blue++) {
                    indexOfCell[ColourSums.cell(red, green, blue)] = index;
                }
            }
        }
    }
}
