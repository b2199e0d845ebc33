package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.Upscale;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpscalePlanTest {
    /** All three in one pool and, what no real models have, with one VAE. */
    private final Catalogue catalogue = Catalogue.of(Map.of(
            "emoji", Requests.model(Family.STABLE_DIFFUSION, "emoji", "cpu", "a", StageKind.TEXT2IMG),
            "x2", Requests.model(Family.LATENT_UPSCALER, "x2", "cpu", "a", StageKind.UPSCALE),
            "x4", Requests.model(Family.UPSCALER, "x4", "cpu", "a", StageKind.UPSCALE)));

    @Test
    void theUpscalerByFourIsGivenPicturesWhateverComesBefore() {
        Plan plan = planned(
                stage("draft", "text2img", "emoji", "\"prompt\": \"a fox\""), upscale("x2", ""), upscale("x4", ""));

        PlannedItem item = plan.getItems(0);
        assertThat(item.getStagesList())
                .extracting(stage -> stage.getWork().getId())
                .containsExactly("draft", "1", "1:decode", "2");
    }

    @Test
    void theNoiseLevelIsTwentyUnlessTheRequestSaysOtherwise() {
        assertThat(upscaleOf(planned(upscale("x4", "\"input\": \"s3://renders/a.png\"")))
                        .getNoiseLevel())
                .isEqualTo(20);
        assertThat(upscaleOf(planned(upscale("x4", "\"input\": \"s3://renders/a.png\", \"noise_level\": 0")))
                        .getNoiseLevel())
                .isZero();
        assertThat(upscaleOf(planned(upscale("x2", "\"input\": \"s3://renders/a.png\"")))
                        .hasNoiseLevel())
                .isFalse();
    }

    @Test
    void whatAnUpscalerCannotDoIsRefusedWithItsField() {
        Planning planning = plan(
                upscale("x4", "\"input\": \"s3://renders/a.png\", \"noise_level\": 351"),
                upscale("x2", "\"noise_level\": 20, \"num_images_per_prompt\": 2, \"eta\": 0.5"),
                upscale("x2", "\"input\": \"0\", \"scheduler\": \"EulerAncestralDiscreteScheduler\""));

        assertThat(((Planning.Refused) planning).faults())
                .containsExactly(
                        new Fault("stages[0].noise_level", "351 is outside 0..350, which x4 was trained with"),
                        new Fault(
                                "stages[1].noise_level", "the latent upscaler x2 has no such parameter; leave it out"),
                        new Fault(
                                "stages[1].num_images_per_prompt",
                                "the latent upscaler x2 has no such parameter; leave it out"),
                        new Fault("stages[1].eta", "the latent upscaler x2 has no such parameter; leave it out"),
                        new Fault(
                                "stages[2].scheduler",
                                "EulerAncestralDiscreteScheduler cannot run x2, which predicts clean latents from"
                                        + " sigma; use one of EulerDiscreteScheduler, HeunDiscreteScheduler,"
                                        + " LMSDiscreteScheduler"));
    }

    private static Upscale upscaleOf(Plan plan) {
        return plan.getItems(0).getStages(0).getWork().getUpscale();
    }

    private Planning plan(String... stages) {
        return Planner.plan(Requests.job(String.join(", ", List.of(stages))), catalogue);
    }

    private Plan planned(String... stages) {
        return switch (plan(stages)) {
            case Planning.Planned(Plan plan) -> plan;
            case Planning.Refused refused -> throw new AssertionError(refused.faults());
        };
    }

    private static String upscale(String model, String fields) {
        String json = "{\"kind\": \"upscale\", \"model\": \"%s\"%s}";
        return json.formatted(model, fields.isEmpty() ? "" : ", " + fields);
    }

    private static String stage(String id, String kind, String model, String fields) {
        return "{\"id\": \"%s\", \"kind\": \"%s\", \"model\": \"%s\", %s}".formatted(id, kind, model, fields);
    }
}
