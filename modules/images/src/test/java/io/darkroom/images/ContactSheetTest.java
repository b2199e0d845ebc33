package io.darkroom.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
    private static RgbImage plain(int width, int height, int red) {
        RgbImage image = RgbImage.black(width, height);
        for (int i = 0; i < image.rgb().length; i += 3) {
            image.rgb()[i] = (byte) red;
        }
        return image;
    }

    private static ContactSheet.Tile tile(RgbImage image) {
        return new ContactSheet.Tile(image, "");
    }

    private static ContactSheet.Row row(int cell, ContactSheet.Tile... tiles) {
        return new ContactSheet.Row("", "", cell, List.of(tiles));
    }

    @Test
    void everyPictureStandsInItsCell() {
        RgbImage sheet = new ContactSheet(
                        "",
                        List.of(
                                row(64, tile(plain(32, 32, 201)), tile(plain(300, 150, 202))),
                                row(64, tile(plain(64, 64, 203)))))
                .draw();
        assertThat(sheet.width()).isEqualTo(24 + 64 + 8 + 64 + 24);
        assertThat(sheet.height()).isEqualTo(24 + 64 + 20 + 64 + 24);
        assertThat(redsIn(sheet)).contains(201, 202, 203);
        assertThat(sheet.at(24 + 32, 24 + 32, 0)).isEqualTo(201);
        assertThat(sheet.at(24 + 64 + 8 + 32, 24 + 32, 0)).isEqualTo(202);
        assertThat(sheet.at(24, 24 + 64 + 20, 0)).isEqualTo(203);
    }

    @Test
    void aRowOfFewLargePicturesEndsWithTheOneOfManySmallOnes() {
        ContactSheet.Tile small = tile(plain(64, 64, 201));
        ContactSheet.Tile large = tile(plain(128, 128, 202));
        RgbImage sheet = new ContactSheet(
                        "", List.of(row(64, small, small, small, small, small, small), row(128, large, large, large)))
                .draw();
        int width = 6 * 64 + 5 * 8;
        int lastX = 24 + width - 1;
        assertThat(sheet.width()).isEqualTo(24 + width + 24);
        assertThat(sheet.at(lastX, 24, 0)).isEqualTo(201);
        assertThat(sheet.at(lastX, 24 + 64 + 20, 0)).isEqualTo(202);
    }

    private static List<Integer> redsIn(RgbImage sheet) {
        return IntStream.range(0, sheet.width() * sheet.height())
                .mapToObj(i -> sheet.rgb()[3 * i] & 0xff)
                .distinct()
                .toList();
    }

    @Test
    void captionsHeadingsAndTitleLeaveInk() {
        RgbImage picture = plain(32, 32, 0);
        String caption = "a caption that is far too long for this cell, so it is wrapped and then cut";
        RgbImage bare = sheet("", "", "", tile(picture));
        assertThat(redsIn(bare)).hasSizeLessThanOrEqualTo(3);
        assertThat(List.of(
                        sheet("Title", "", "", tile(picture)),
                        sheet("", "heading", "", tile(picture)),
                        sheet("", "", "note", tile(picture)),
                        sheet("", "", "", new ContactSheet.Tile(picture, caption))))
                .allSatisfy(inked -> {
                    assertThat(redsIn(inked)).hasSizeGreaterThan(3);
                    assertThat(inked.height()).isGreaterThan(bare.height());
                    assertThat(inked.width()).isEqualTo(bare.width());
                });
    }

    private static RgbImage sheet(String title, String heading, String note, ContactSheet.Tile tile) {
        return new ContactSheet(title, List.of(new ContactSheet.Row(heading, note, 128, List.of(tile)))).draw();
    }

    @Test
    void aSheetOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ContactSheet("", List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> row(64));
    }

    @Test
    void thePixelFontHasEveryPrintableAsciiCharacter() {
        for (char c = '!'; c <= '~'; c++) {
            char character = c;
            assertThat(inked(String.valueOf(character)))
                    .as("%s", character)
                    .contains("#")
                    .isNotEqualTo(inked("\u6c34"));
        }
        assertThat(inked(" ")).doesNotContain("#");
    }

    private static String inked(String text) {
        BufferedImage image = new BufferedImage(12, 12, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        new PixelFont(1).draw(g, text, 0, 0);
        g.dispose();
        StringBuilder ink = new StringBuilder();
        for (int i = 0; i < 144; i++) {
            ink.append(image.getRGB(i % 12, i / 12) == 0xff000000 ? '.' : '#');
        }
        return ink.toString();
    }

    @Test
    void longCaptionsAreWrappedAndCut() {
        PixelFont font = new PixelFont(1);
        assertThat(font.wrap("one two three four five six", 60, 2)).containsExactly("one two", "three f...");
        assertThat(font.wrap("first\nsecond", 60, 2)).containsExactly("first", "second");
        assertThat(font.wrap("", 60, 2)).isEmpty();
    }
}
