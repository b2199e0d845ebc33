package io.darkroom.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes are those of Pillow, every one of them. */
class PillowParityTest {
    static List<String> resized() {
        return GoldenData.names("resize-").stream()
                .filter(name -> !name.equals("resize-source.png"))
                .toList();
    }

    static List<String> readable() {
        return GoldenData.names("read-");
    }

    @Test
    void thereIsGoldenDataForEveryFilterAndFormat() {
        assertThat(resized()).hasSize(30);
        assertThat(readable()).hasSizeGreaterThan(30);
        assertThat(reduced()).hasSize(9);
    }

    @ParameterizedTest
    @MethodSource("resized")
    void resizingGivesPillowsBytes(String name) throws ImageRejectedException {
        RgbImage expected = GoldenData.image(name);
        RgbImage source = GoldenData.image("resize-source.png");
        int width = expected.width();
        int height = expected.height();
        RgbImage actual =
                switch (name.split("-")[1]) {
                    case "NEAREST" -> Resize.nearest(source, width, height);
                    case "BOX" -> Resize.box(source, width, height);
                    case "BILINEAR" -> Resize.bilinear(source, width, height);
                    case "BICUBIC" -> Resize.bicubic(source, width, height);
                    case "LANCZOS" -> Resize.lanczos(source, width, height);
                    default -> throw new IllegalArgumentException(name);
                };
        assertThat(actual).isEqualTo(expected);
    }

    static List<String> reduced() {
        return GoldenData.names("reduced-");
    }

    @ParameterizedTest
    @MethodSource("reduced")
    void reducingBeforeResizingGivesPillowsBytes(String name) throws ImageRejectedException {
        RgbImage expected = GoldenData.image(name);
        RgbImage source = GoldenData.image("resize-source.png");
        assertThat(Resize.bicubicAfterReducing(source, expected.width(), expected.height()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("readable")
    void readingGivesThePixelsOfPillowsConvertToRgb(String name) throws ImageRejectedException {
        assertThat(GoldenData.image(name)).isEqualTo(GoldenData.image(name + ".expected.png"));
    }

    @Test
    void theHeaderIsKnownWithoutDecoding() throws ImageRejectedException {
        assertThat(ImageReading.header(GoldenData.bytes("read-progressive.jpg"), ImageLimits.standard()))
                .isEqualTo(new ImageHeader(ImageFormat.JPEG, 61, 45));
        assertThat(ImageReading.header(GoldenData.bytes("read-lossy-alpha.webp"), ImageLimits.standard()))
                .isEqualTo(new ImageHeader(ImageFormat.WEBP, 53, 38));
    }
}
