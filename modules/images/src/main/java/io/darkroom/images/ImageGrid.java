package io.darkroom.images;

import java.util.List;

/**
 * Pictures on one sheet, row by row, without gaps: diffusers' {@code make_image_grid}. Every cell has the first picture's
 * size. A larger picture reaches over into the cells to its right and below, as far as those that are put down later do not
 * cover it; a smaller one leaves black.
 */
public final class ImageGrid {
    private ImageGrid() {}

    /** Each picture as a square of that side, bicubic, as diffusers' {@code resize} makes them. */
    public static List<RgbImage> resized(List<RgbImage> pictures, int side) {
        return pictures.stream()
                .map(picture -> Resize.bicubic(picture, side, side))
                .toList();
    }

    /**
     * The sheet.
     *
     * @param pictures {@code rows * columns} of them
     */
    public static RgbImage of(List<RgbImage> pictures, int rows, int columns) {
        if (pictures.isEmpty() || pictures.size() != rows * columns) {
            throw new IllegalArgumentException(
                    rows + " rows of " + columns + " have no room for exactly " + pictures.size() + " pictures");
        }
        int width = pictures.getFirst().width();
        int height = pictures.getFirst().height();
        RgbImage sheet = RgbImage.black(columns * width, rows * height);
        for (int i = 0; i < pictures.size(); i++) {
            paste(pictures.get(i), sheet, i % columns * width, i / columns * height);
        }
        return sheet;
    }

    private static void paste(RgbImage picture, RgbImage onto, int left, int top) {
        int columns = Math.min(picture.width(), onto.width() - left);
        int rows = Math.min(picture.height(), onto.height() - top);
        for (int y = 0; y < rows; y++) {
            System.arraycopy(
                    picture.rgb(),
                    y * picture.width() * 3,
                    onto.rgb(),
                    ((top + y) * onto.width() + left) * 3,
                    columns * 3);
        }
    }
}
