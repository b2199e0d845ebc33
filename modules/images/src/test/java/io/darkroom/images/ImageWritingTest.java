package io.darkroom.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageWritingTest {
    private static RgbImage picture() throws ImageRejectedException {
        return GoldenData.image("read-rgb.png");
    }

    @Test
    void aPngComesBackAsItWas() throws ImageRejectedException {
        byte[] png = ImageWriting.png(picture());
        assertThat(ImageReading.read(png, ImageLimits.standard())).isEqualTo(picture());
        assertThat(PngText.read(png)).isEmpty();
    }

    @Test
    void equalPicturesGiveEqualFiles() throws ImageRejectedException {
        assertThat(ImageWriting.png(picture(), Map.of("seed", "7")))
                .isEqualTo(ImageWriting.png(picture(), Map.of("seed", "7")));
    }

    @Test
    void textsComeBackWhateverTheirAlphabet() throws ImageRejectedException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("darkroom:prompt", "a fox\non blue, \u00fcber");
        texts.put("darkroom:negative_prompt", "\u6c34\u5f69, \ud83e\udd8a\ttab");
        texts.put("darkroom:seed", "");
        byte[] png = ImageWriting.png(picture(), texts);
        assertThat(PngText.read(png)).containsExactlyInAnyOrderEntriesOf(texts);
        assertThat(ImageReading.read(png, ImageLimits.standard())).isEqualTo(picture());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " seed", "two  spaces", "line\nfeed", "\u6c34"})
    void aKeywordThatPngForbidsIsRefused(String keyword) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageWriting.png(picture(), Map.of(keyword, "x")))
                .withMessageContaining("keyword");
    }

    @Test
    void aTextWithNulIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ImageWriting.png(picture(), Map.of("k", "a\0b")));
    }

    @Test
    void aJpegOfHighQualityIsClose() throws ImageRejectedException {
        RgbImage smooth = Resize.bicubic(picture(), 128, 96);
        RgbImage back = ImageReading.read(ImageWriting.jpeg(smooth, 0.95), ImageLimits.standard());
        double sum = 0;
        for (int i = 0; i < smooth.rgb().length; i++) {
            sum += Math.abs((smooth.rgb()[i] & 0xff) - (back.rgb()[i] & 0xff));
        }
        assertThat(sum / smooth.rgb().length).isLessThan(4);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void aQualityOutsideItsRangeIsNamed(double quality) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageWriting.jpeg(picture(), quality))
                .withMessageContaining("0..1");
    }
}
