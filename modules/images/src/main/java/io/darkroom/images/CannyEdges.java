package io.darkroom.images;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Edges after Canny, "A Computational Approach to Edge Detection" (1986), byte for byte as OpenCV's {@code cv2.Canny(image,
 * low, high)} finds them in an 8-bit picture of three channels: 3x3 Sobel gradients with the border repeated, their size as
 * |dx| + |dy|, at each pixel the channel where it is largest, no smoothing before.
 */
public final class CannyEdges {
    /** tan(22.5°) with 15 bits behind the point, as OpenCV rounds it. */
    private static final int TAN_22_5 = 13573;

    private static final int POINT = 15;

    private final int width;
    private final int height;
    private final int[] dx;
    private final int[] dy;
    private final int[] size;

    private CannyEdges(RgbImage image) {
        this.width = image.width();
        this.height = image.height();
        this.dx = new int[width * height];
        this.dy = new int[width * height];
        this.size = new int[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                measure(image, x, y);
            }
        }
    }

    /**
     * White edges on black.
     *
     * @param low gradients up to it are no edge; where it is above {@code high} the two change places
     * @param high gradients beyond it are an edge; those between are one where they touch one
     */
    public static RgbImage of(RgbImage image, double low, double high) {
        int least = (int) Math.floor(Math.min(low, high));
        int sure = (int) Math.floor(Math.max(low, high));
        return new CannyEdges(image).edges(least, sure);
    }

    private void measure(RgbImage image, int x, int y) {
        int at = y * width + x;
        for (int channel = 0; channel < 3; channel++) {
            int right = column(image, x + 1, y, channel);
            int left = column(image, x - 1, y, channel);
            int below = row(image, x, y + 1, channel);
            int above = row(image, x, y - 1, channel);
            int horizontal = right - left;
            int vertical = below - above;
            int length = Math.abs(horizontal) + Math.abs(vertical);
            if (channel == 0 || length > size[at]) {
                dx[at] = horizontal;
                dy[at] = vertical;
                size[at] = length;
            }
        }
    }

    /** Three pixels above each other, the middle one twice. */
    private int column(RgbImage image, int x, int y, int channel) {
        return value(image, x, y - 1, channel) + 2 * value(image, x, y, channel) + value(image, x, y + 1, channel);
    }

    private int row(RgbImage image, int x, int y, int channel) {
        return value(image, x - 1, y, channel) + 2 * value(image, x, y, channel) + value(image, x + 1, y, channel);
    }

    private int value(RgbImage image, int x, int y, int channel) {
        return image.at(Math.clamp(x, 0, width - 1), Math.clamp(y, 0, height - 1), channel);
    }

    private RgbImage edges(int least, int sure) {
        boolean[] candidate = new boolean[size.length];
        boolean[] edge = new boolean[size.length];
        Deque<Integer> found = new ArrayDeque<>();
        for (int at = 0; at < size.length; at++) {
            if (size[at] > least && isRidge(at % width, at / width)) {
                candidate[at] = true;
                if (size[at] > sure) {
                    edge[at] = true;
                    found.push(at);
                }
            }
        }
        while (!found.isEmpty()) {
            follow(found.pop(), candidate, edge, found);
        }
        return drawn(edge);
    }

    /** Whether no neighbour across the edge is steeper; of two equal ones the second in reading order is. */
    private boolean isRidge(int x, int y) {
        int at = y * width + x;
        int own = size[at];
        long across = Math.abs(dx[at]);
        long down = (long) Math.abs(dy[at]) << POINT;
        long flat = across * TAN_22_5;
        if (down < flat) {
            return own > sizeAt(x - 1, y) && own >= sizeAt(x + 1, y);
        }
        // tan(67.5°) is tan(22.5°) + 2
        if (down > flat + (across << (POINT + 1))) {
            return own > sizeAt(x, y - 1) && own >= sizeAt(x, y + 1);
        }
        int slant = (dx[at] ^ dy[at]) < 0 ? -1 : 1;
        return own > sizeAt(x - slant, y - 1) && own > sizeAt(x + slant, y + 1);
    }

    private int sizeAt(int x, int y) {
        return x < 0 || y < 0 || x >= width || y >= height ? 0 : size[y * width + x];
    }

    private void follow(int from, boolean[] candidate, boolean[] edge, Deque<Integer> found) {
        for (int y = Math.max(from / width - 1, 0); y <= Math.min(from / width + 1, height - 1); y++) {
            for (int x = Math.max(from % width - 1, 0); x <= Math.min(from % width + 1, width - 1); x++) {
                int at = y * width + x;
                if (candidate[at] && !edge[at]) {
                    edge[at] = true;
                    found.push(at);
                }
            }
        }
    }

    private RgbImage drawn(boolean[] edge) {
        RgbImage drawn = RgbImage.black(width, height);
        for (int i = 0; i < drawn.rgb().length; i++) {
            drawn.rgb()[i] = (byte) (edge[i / 3] ? 255 : 0);
        }
        return drawn;
    }
}
