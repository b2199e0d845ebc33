package io.darkroom.images;

/**
 * How many pixels of a picture lie in any box of the cube of all colours, their sum and the sum of their squares. The cube has
 * {@value #CELLS} cells along each channel. What is kept are running sums, so that a box takes eight of them.
 */
final class ColourSums {
    static final int BITS = 5;
    static final int CELLS = 1 << BITS;

    /** One more than there are cells, so that running sums have a zero in front. */
    private static final int SIDE = CELLS + 1;

    private final long[] pixels = new long[SIDE * SIDE * SIDE];
    private final long[][] channels = new long[3][SIDE * SIDE * SIDE];
    private final long[] squares = new long[SIDE * SIDE * SIDE];

    /**
     * A part of the cube.
     *
     * @param low by channel, the first cell
     * @param high by channel, the cell after the last one
     */
    record Box(int[] low, int[] high) {
        static Box all() {
            return new Box(new int[3], new int[] {CELLS, CELLS, CELLS});
        }

        Box below(int channel, int cut) {
            int[] to = high.clone();
            to[channel] = cut;
            return new Box(low, to);
        }

        Box above(int channel, int cut) {
            int[] from = low.clone();
            from[channel] = cut;
            return new Box(from, high);
        }
    }

    ColourSums(byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            add(rgb[i] & 0xff, rgb[i + 1] & 0xff, rgb[i + 2] & 0xff);
        }
        for (long[] sums : new long[][] {pixels, channels[0], channels[1], channels[2], squares}) {
            sumUp(sums);
        }
    }

    /** The number, counted channel by channel, of the cell that a pixel lies in. */
    static int cell(byte red, byte green, byte blue) {
        return cell(cell(red & 0xff), cell(green & 0xff), cell(blue & 0xff));
    }

    static int cell(int red, int green, int blue) {
        return (red << BITS | green) << BITS | blue;
    }

    long pixels(Box box) {
        return sum(pixels, box);
    }

    /** The mean value 0..255 of a channel, rounded; 0 for a box without pixels. */
    int mean(int channel, Box box) {
        long n = Math.max(pixels(box), 1);
        return (int) ((sum(channels[channel], box) + n / 2) / n);
    }

    /** The sum of the squared distances of the box's pixels from their mean. */
    double error(Box box) {
        return sum(squares, box) - explained(box);
    }

    /** What the mean takes from the sum of the squares. */
    double explained(Box box) {
        long n = pixels(box);
        double squared = 0;
        for (long[] channel : channels) {
            double sum = sum(channel, box);
            squared += sum * sum;
        }
        return n == 0 ? 0 : squared / n;
    }

    private void add(int red, int green, int blue) {
        int at = place(cell(red) + 1, cell(green) + 1, cell(blue) + 1);
        pixels[at]++;
        channels[0][at] += red;
        channels[1][at] += green;
        channels[2][at] += blue;
        squares[at] += (long) red * red + (long) green * green + (long) blue * blue;
    }

    private static void sumUp(long[] sums) {
        for (int step : new int[] {1, SIDE, SIDE * SIDE}) {
            for (int at = 0; at < sums.length; at++) {
                if (at / step % SIDE > 0) {
                    sums[at] += sums[at - step];
                }
            }
        }
    }

    private static long sum(long[] sums, Box box) {
        int[] low = box.low();
        int[] high = box.high();
        return sums[place(high[0], high[1], high[2])]
                - sums[place(high[0], high[1], low[2])]
                - sums[place(high[0], low[1], high[2])]
                + sums[place(high[0], low[1], low[2])]
                - sums[place(low[0], high[1], high[2])]
                + sums[place(low[0], high[1], low[2])]
                + sums[place(low[0], low[1], high[2])]
                - sums[place(low[0], low[1], low[2])];
    }

    private static int cell(int value) {
        return value >> 8 - BITS;
    }

    private static int place(int red, int green, int blue) {
        return (red * SIDE + green) * SIDE + blue;
    }
}
