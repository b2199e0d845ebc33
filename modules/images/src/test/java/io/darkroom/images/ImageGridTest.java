package io.darkroom.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageGridTest {
    @Test
    void picturesFillTheRowsOneAfterTheOther() {
        RgbImage sheet = ImageGrid.of(List.of(grey(2, 1, 10), grey(2, 1, 20), grey(2, 1, 30), grey(2, 1, 40)), 2, 2);

        assertThat(sheet.width()).isEqualTo(4);
        assertThat(sheet.height()).isEqualTo(2);
        assertThat(row(sheet, 0)).containsExactly(10, 10, 20, 20);
        assertThat(row(sheet, 1)).containsExactly(30, 30, 40, 40);
    }

    /** As PIL's paste has it, for make_image_grid takes the first picture's size for all. */
    @Test
    void aLargerPictureReachesOverAndASmallerOneLeavesBlack() {
        RgbImage sheet = ImageGrid.of(List.of(grey(2, 2, 10), grey(3, 3, 20), grey(1, 1, 30), grey(2, 2, 40)), 2, 2);

        assertThat(row(sheet, 0)).containsExactly(10, 10, 20, 20);
        assertThat(row(sheet, 2)).containsExactly(30, 0, 40, 40);
        assertThat(row(sheet, 3)).containsExactly(0, 0, 40, 40);
        RgbImage covered = ImageGrid.of(List.of(grey(2, 1, 10), grey(1, 2, 20), grey(1, 1, 30), grey(1, 1, 40)), 2, 2);
        assertThat(row(covered, 1)).containsExactly(30, 0, 40, 0);
    }

    @Test
    void resizedPicturesAreSquares() {
        assertThat(ImageGrid.resized(grey(4, 2, 50), 3)).isEqualTo(grey(3, 3, 50));
    }

    @Test
    void rowsAndColumnsMustHoldExactlyThePictures() {
        assertThatThrownBy(() -> ImageGrid.of(List.of(grey(1, 1, 0)), 2, 2))
                .hasMessage("2 rows of 2 have room for more than 1 images");
        assertThatThrownBy(() -> ImageGrid.of(List.of(grey(1, 1, 0), grey(1, 1, 0)), 1, 1))
                .hasMessage("1 rows of 1 have no room for another image");
    }

    private static RgbImage grey(int width, int height, int value) {
        byte[] rgb = new byte[width * height * 3];
        Arrays.fill(rgb, (byte) value);
        return new RgbImage(width, height, rgb);
    }

    private static int[] row(RgbImage image, int y) {
        int[] row = new int[image.width()];
        for (int x = 0; x < row.length; x++) {
            row[x] = image.at(x, y, 0);
        }
        return row;
    }
}
