package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.ErrorCode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobCeilingTest {
    /** Three times as heavy as Stable Diffusion 1.5, as SDXL's UNet is. */
    private static final Map<String, ModelEntry> MODELS = Map.of(
            "large",
            Requests.entry(Family.STABLE_DIFFUSION, "large", "gpu", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG)
                    .cost(Optional.of(3.0))
                    .build());

    private static final String STAGE = "{\"kind\": \"text2img\", \"model\": \"large\", \"prompt\": \"p\","
            + " \"width\": %d, \"height\": %d, \"num_inference_steps\": %d, \"num_images_per_prompt\": %d%s}";

    @Test
    void sixtyFourLargeImagesOfABulkJobAreWithinTheUsualCeiling() {
        assertThat(plan(STAGE.formatted(1024, 1024, 50, 64, ""), JobCeiling.DEFAULT))
                .isInstanceOf(Planning.Planned.class);
    }

    @Test
    void aJobOfHoursIsRefusedWithBothNumbers() {
        String hours = STAGE.formatted(2048, 2048, 900, 64, ", \"scheduler\": \"HeunDiscreteScheduler\"");
        assertThat(plan(hours, JobCeiling.DEFAULT)).isInstanceOfSatisfying(Planning.Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.JOB_TOO_EXPENSIVE);
            assertThat(refused.faults().getFirst().message())
                    .contains("megapixel evaluations", "100,000")
                    .containsPattern("would cost [0-9],[0-9]{3},[0-9]{3}");
        });
    }

    @Test
    void theStagesOfAJobCountTogetherAndPixelsCountApart() {
        String twice = STAGE.formatted(512, 512, 1, 2, "") + ", "
                + STAGE.formatted(512, 512, 1, 2, "").replace("\"kind\"", "\"id\": \"b\", \"kind\"");
        long drawn = 4L * 512 * 512;
        assertThat(plan(twice, new JobCeiling(1000, drawn))).isInstanceOf(Planning.Planned.class);
        assertThat(plan(twice, new JobCeiling(1000, drawn - 1)))
                .isInstanceOfSatisfying(
                        Planning.Refused.class,
                        refused -> assertThat(refused.faults().getFirst().message())
                                .contains("1,048,576 pixels", "1,048,575"));
    }

    private static Planning plan(String stages, JobCeiling ceiling) {
        return Planner.plan(Requests.job(stages), Catalogue.of(MODELS), ceiling);
    }
}
