package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.ModelEntryBuilder;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CostTest {
    private static final Map<String, ModelEntry> MODELS = Map.of(
            "sd", model("sd", Family.STABLE_DIFFUSION).build(),
            "far",
                    Requests.entry(Family.STABLE_DIFFUSION, "far", "gpu", "a", StageKind.IMG2IMG)
                            .build(),
            "x2",
                    Requests.entry(Family.LATENT_UPSCALER, "x2", "cpu", "a", StageKind.UPSCALE)
                            .build(),
            "measured",
                    model("measured", Family.STABLE_DIFFUSION)
                            .cost(Optional.of(0.5))
                            .build());

    @Test
    void aPictureCostsItsEvaluationsForItsPixels() {
        // Ten steps, each with guidance, and one for the VAE: 21 for each of 64 parts of 64 x 64 pixels.
        assertThat(costOf(text2img("sd", "\"width\": 512, \"height\": 512"))).isEqualTo(21 * 64 * 1000);
        assertThat(costOf(text2img("sd", "\"width\": 512, \"height\": 512, \"guidance_scale\": 1.0")))
                .isEqualTo(11 * 64 * 1000);
    }

    @Test
    void stepsSizePicturesSamplerAndModelAllCount() {
        long one = costOf(text2img("sd", "\"width\": 512, \"height\": 512"));

        assertThat(costOf(text2img("sd", "\"width\": 512, \"height\": 1024"))).isEqualTo(2 * one);
        assertThat(costOf(text2img("sd", "\"width\": 512, \"height\": 512, \"num_images_per_prompt\": 3")))
                .isEqualTo(3 * one);
        assertThat(costOf(text2img("sd", "\"width\": 512, \"height\": 512, \"scheduler\": \"HeunDiscreteScheduler\"")))
                .isEqualTo(41 * 64 * 1000);
        assertThat(costOf(text2img("measured", "\"width\": 512, \"height\": 512")))
                .isEqualTo(one / 2);
    }

    @Test
    void whatStrengthLeavesOutCostsNothing() {
        String picture = text2img("sd", "\"width\": 64, \"height\": 64");
        String change = "{\"kind\": \"img2img\", \"model\": \"far\", \"prompt\": \"p\", \"num_inference_steps\": 10,"
                + " \"strength\": %s}";

        assertThat(plan(picture + ", " + change.formatted("0.5")).getItems(1).getExpectedCost())
                .isEqualTo(11 * 1000);
        assertThat(plan(picture + ", " + change.formatted("[0.5, 1.0]"))
                        .getItems(1)
                        .getExpectedCost())
                .isEqualTo((11 + 21) * 1000);
    }

    @Test
    void aStageWorksOnAsManyPixelsAsItIsHanded() {
        String picture = text2img("sd", "\"width\": 128, \"height\": 64");
        PlannedItem item = plan(picture
                        + ", {\"kind\": \"upscale\", \"model\": \"x2\", \"prompt\": \"p\", \"num_inference_steps\": 1,"
                        + " \"guidance_scale\": 1.0}")
                .getItems(0);

        assertThat(item.getExpectedCost()).isEqualTo((21 * 2 + 2 * 8) * 1000);
        assertThat(item.getPixels()).isEqualTo(128 * 64 + 256 * 128);
    }

    private static String text2img(String model, String more) {
        return "{\"kind\": \"text2img\", \"model\": \"%s\", \"prompt\": \"p\", \"num_inference_steps\": 10, %s}"
                .formatted(model, more);
    }

    private static long costOf(String stage) {
        return plan(stage).getItems(0).getExpectedCost();
    }

    private static Plan plan(String stages) {
        return switch (Planner.plan(Requests.job(stages), Catalogue.of(MODELS))) {
            case Planning.Planned(Plan plan) -> plan;
            case Planning.Refused refused -> throw new AssertionError(refused.faults());
        };
    }

    private static ModelEntryBuilder model(String name, Family family) {
        return Requests.entry(family, name, "cpu", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG);
    }
}
