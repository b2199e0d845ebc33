package io.darkroom.inference.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.inference.TestModels;
import io.darkroom.inference.model.ModelFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Expected ids: transformers 4.57's {@code CLIPTokenizerFast} on the same vocabulary and merges.
 */
class ClipTokenizerTest {
    private static final int LENGTH = 77;
    private static final long END = 616;

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("", new long[] {615, 616}),
                Arguments.of("a red fox", new long[] {615, 320, 537, 528, 616}),
                Arguments.of("Café «FOX» 狐狸 🦊 it's 12?", new long[] {
                    615, 523, 69, 127, 358, 126, 360, 528, 126, 375, 163, 233, 238, 163,
                    233, 372, 172, 253, 99, 488, 72, 339, 6, 338, 272, 273, 286, 616
                }),
                Arguments.of(
                        "don't\tI'Ll  x\u00a0y", new long[] {615, 67, 516, 6, 339, 328, 6, 75, 331, 343, 344, 616}),
                Arguments.of("a <|endoftext|> b", new long[] {615, 320, 616, 321, 616}),
                Arguments.of(
                        "\u0130 e\u0301 \ufb01 ß",
                        new long[] {615, 328, 136, 485, 127, 358, 171, 105, 479, 127, 509, 616}));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void readsTextAsTheReferenceDoes(String text, long[] expected) throws Exception {
        try (ClipTokenizer tokenizer = open(TestModels.factor8())) {
            assertThat(tokenizer.encode(text).ids()).isEqualTo(padded(expected, END));
        }
    }

    @Test
    void anExclamationMarkThatPadsIsASpecialToken() throws Exception {
        try (ClipTokenizer ordinary = open(TestModels.factor8());
                ClipTokenizer padding = open(TestModels.factor4())) {
            assertThat(ordinary.encode("a cat! a dog!!").ids())
                    .isEqualTo(padded(new long[] {615, 320, 524, 256, 320, 526, 0, 256, 616}, END));
            assertThat(padding.encode("a cat! a dog!!").ids())
                    .isEqualTo(padded(new long[] {615, 320, 524, 0, 320, 526, 0, 0, 616}, 0));
        }
    }

    @Test
    void halfASurrogatePairDoesNotGarbleTheRest() throws Exception {
        try (ClipTokenizer tokenizer = open(TestModels.factor8())) {
            assertThat(tokenizer.encode("a fox \ud800 🦊").ids())
                    .isEqualTo(tokenizer.encode("a fox \ufffd 🦊").ids());
        }
    }

    @Test
    void whatDoesNotFitIsCutAndNamed() throws Exception {
        try (ClipTokenizer tokenizer = open(TestModels.factor8())) {
            Tokens fits = tokenizer.encode("fox ".repeat(LENGTH - 2));
            assertThat(fits.cutText()).isEmpty();
            Tokens tooLong = tokenizer.encode("fox ".repeat(LENGTH - 2) + "A Cat, a dog");
            assertThat(tooLong.cutText()).contains("a cat , a dog");
            assertThat(tooLong.ids()).isEqualTo(fits.ids()).endsWith(END).hasSize(LENGTH);
        }
    }

    @Test
    void theTextEncodersPositionsBoundTheLength() throws Exception {
        ModelFolder model = ModelFolder.open(TestModels.factor8());
        try (ClipTokenizer tokenizer = ClipTokenizer.open(model.files(), "tokenizer", 16)) {
            assertThat(tokenizer.encode("a red fox").ids()).hasSize(16);
        }
    }

    private static ClipTokenizer open(Path folder) throws Exception {
        return ClipTokenizer.open(ModelFolder.open(folder).files(), "tokenizer", LENGTH);
    }

    private static long[] padded(long[] ids, long pad) {
        long[] all = Arrays.copyOf(ids, LENGTH);
        Arrays.fill(all, ids.length, LENGTH, pad);
        return all;
    }
}
