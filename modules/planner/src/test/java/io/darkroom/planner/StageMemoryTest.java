package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.PlannedItem;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StageMemoryTest {
    private static final long MIB = 1L << 20;

    /** Another VAE than sketch's, so that images go between them. */
    private static final String OTHER_VAE =
            "{\"id\": \"b\", \"kind\": \"img2img\", \"model\": \"photo\", \"prompt\": \"p\", \"input\": \"a\"}";

    @Test
    void aJobOfOneUsualImageHoldsLittle() {
        assertThat(memory(text2img(1024, 1))).isBetween(20 * MIB, 40 * MIB);
        assertThat(memory(text2img(512, 1))).isLessThan(10 * MIB);
    }

    @Test
    void manyImagesThatAreNeededOneAtATimeHoldLittleMoreThanOne() {
        String inputs = IntStream.range(0, 63)
                .mapToObj(i -> "\"s3://renders/%d.png\"".formatted(i))
                .collect(Collectors.joining(", "));

        assertThat(memory("{\"kind\": \"grid\", \"resize\": 64, \"inputs\": [%s]}".formatted(inputs)))
                .isLessThan(128 * MIB);
        assertThat(memory("{\"kind\": \"animation\", \"inputs\": [%s]}".formatted(inputs)))
                .isLessThan(128 * MIB);
        assertThat(memory(text2img(2048, 64) + ", {\"kind\": \"animation\"}")).isLessThan(768 * MIB);
    }

    @Test
    void manyThatANetworkSeesAtOnceAreRefusedWithBothNumbers() {
        assertThat(memory(text2img(512, 16) + ", " + OTHER_VAE)).isLessThan(512 * MIB);
        assertThat(Planner.plan(Requests.job(text2img(2048, 64) + ", " + OTHER_VAE), Catalogue.of(Requests.MODELS)))
                .isInstanceOfSatisfying(Planning.Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.JOB_TOO_EXPENSIVE);
                    assertThat(refused.faults().getFirst().path()).isEqualTo("stages");
                    assertThat(refused.faults().getFirst().message()).contains("MiB", "2,048", "fewer images");
                });
    }

    private static String text2img(int side, int images) {
        return ("{\"id\": \"a\", \"kind\": \"text2img\", \"model\": \"emoji\", \"prompt\": \"p\", \"width\": %d,"
                        + " \"height\": %d, \"num_inference_steps\": 2, \"num_images_per_prompt\": %d}")
                .formatted(side, side, images);
    }

    /** Of the item that holds most. */
    private static long memory(String stages) {
        return switch (Planner.plan(Requests.job(stages), Catalogue.of(Requests.MODELS))) {
            case Planning.Planned(var plan) ->
                plan.getItemsList().stream()
                        .mapToLong(PlannedItem::getMemoryBytes)
                        .max()
                        .orElseThrow();
            case Planning.Refused refused -> throw new AssertionError(refused);
        };
    }
}
