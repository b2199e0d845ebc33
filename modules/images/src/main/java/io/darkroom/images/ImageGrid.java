package io.darkroom.images;

import java.util.List;
import java.util.Optional;

/**
 * Images on one sheet, row by row, without gaps: diffusers' {@code make_image_grid}. Every cell has the first image's size. A
 * larger image reaches over into the cells to its right and below, as far as those that are put down later do not cover it; a
 * smaller one leaves black. Takes one image at a time, so that no more than the sheet and one image have to be there.
 */
public final class ImageGrid {
    private final int rows;
    private final int columns;
    private Optional<Cells> cells = Optional.empty();
    private int filled;

    /** The sheet, and the size of its cells in pixels. */
    private record Cells(RgbImage sheet, int width, int height) {}

    public ImageGrid(int rows, int columns) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(rows + " rows of " + columns + " are no grid");
        }
        this.rows = rows;
        this.columns = columns;
    }

    /** The sheet of images that are all there: {@code rows * columns} of them. */
    public static RgbImage of(List<RgbImage> images, int rows, int columns) {
        ImageGrid grid = new ImageGrid(rows, columns);
        images.forEach(grid::add);
        return grid.sheet();
    }

    /** An image as a square of that side, bicubic, as diffusers' {@code resize} makes them. */
    public static RgbImage resized(RgbImage image, int side) {
        return Resize.bicubic(image, side, side);
    }

    /** Puts the next image down. */
    public void add(RgbImage image) {
        if (filled == rows * columns) {
            throw new IllegalArgumentException(rows + " rows of " + columns + " have no room for another image");
        }
        Cells all = cells.orElseGet(() -> new Cells(
                RgbImage.black(columns * image.width(), rows * image.height()), image.width(), image.height()));
        cells = Optional.of(all);
        paste(image, all.sheet(), filled % columns * all.width(), filled / columns * all.height());
        filled++;
    }

    /** All of them. */
    public RgbImage sheet() {
        if (filled != rows * columns) {
            throw new IllegalArgumentException(
                    rows + " rows of " + columns + " have room for more than " + filled + " images");
        }
        return cells.orElseThrow().sheet();
    }

    private static void paste(RgbImage image, RgbImage onto, int left, int top) {
        int columns = Math.min(image.width(), onto.width() - left);
        int rows = Math.min(image.height(), onto.height() - top);
        for (int y = 0; y < rows; y++) {
            System.arraycopy(
                    image.rgb(), y * image.width() * 3, onto.rgb(), ((top + y) * onto.width() + left) * 3, columns * 3);
        }
    }
}
