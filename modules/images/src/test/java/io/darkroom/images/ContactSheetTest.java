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

    @Test
    void everyPictureStandsInItsCell() {
        RgbImage sheet = new ContactSheet(
                        "",
                        2,
                        64,
                        List.of(
                                new ContactSheet.Tile(plain(32, 32, 201), "one"),
                                new ContactSheet.Tile(plain(300, 150, 202), "two"),
                                new ContactSheet.Tile(plain(64, 64, 203), "three")))
                .draw();
        assertThat(sheet.width()).isEqualTo(24 + 64 + 16 + 64 + 24);
        assertThat(redsIn(sheet)).contains(201, 202, 203);
        assertThat(sheet.at(24 + 32, 24 + 32, 0)).isEqualTo(201);
        assertThat(sheet.at(24 + 64 + 16 + 32, 24 + 32, 0)).isEqualTo(202);
    }

    private static List<Integer> redsIn(RgbImage sheet) {
        return IntStream.range(0, sheet.width() * sheet.height())
                .mapToObj(i -> sheet.rgb()[3 * i] & 0xff)
                .distinct()
                .toList();
    }

    @Test
    void captionsAndTitleLeaveInk() {
        ContactSheet.Tile bare = new ContactSheet.Tile(plain(32, 32, 0), "");
        RgbImage without = new ContactSheet("", 1, 128, List.of(bare)).draw();
        RgbImage with = new ContactSheet(
                        "Title",
                        1,
                        128,
                        List.of(new ContactSheet.Tile(
                                plain(32, 32, 0),
                                "a caption that is far too long for this cell, so it is wrapped and then cut")))
                .draw();
        assertThat(redsIn(without)).hasSizeLessThanOrEqualTo(3);
        assertThat(redsIn(with)).hasSizeGreaterThan(10);
        assertThat(with.height()).isGreaterThan(without.height());
    }

    @Test
    void aSheetOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ContactSheet("", 2, 64, List.of()));
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
