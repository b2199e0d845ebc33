package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Inpaint;
import io.darkroom.contract.wire.Plan;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InpaintPlanTest {
    private static final String DRAFT = "{\"kind\": \"text2img\", \"model\": \"emoji\", \"prompt\": \"a fox\"}";
    private static final String MASK = "\"mask\": \"s3://renders/mask.png\"";

    private final Catalogue catalogue = Catalogue.of(Map.of(
            "emoji",
                    Requests.model(Family.STABLE_DIFFUSION, "emoji", "cpu", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG),
            "filler", Requests.model(Family.STABLE_DIFFUSION_INPAINTING, "filler", "cpu", "a", StageKind.IMG2IMG),
            "xl", Requests.model(Family.STABLE_DIFFUSION_XL, "xl", "cpu", "a", StageKind.IMG2IMG)));

    @Test
    void aMaskMakesInpaintingWithItsOwnDefaults() {
        Inpaint inpaint = planned(img2img("filler", MASK + ", \"input\": \"s3://renders/a.png\""))
                .getItems(0)
                .getStages(0)
                .getWork()
                .getInpaint();

        assertThat(inpaint)
                .isEqualTo(Inpaint.newBuilder()
                        .setStrength(1)
                        .setMaskUri("s3://renders/mask.png")
                        .setWidth(64)
                        .setHeight(96)
                        .build());
    }

    @Test
    void inpaintingIsGivenPicturesThoughTheVaeIsTheSame() {
        Plan plan = planned(DRAFT, img2img("emoji", MASK));

        assertThat(plan.getItems(0).getStagesList())
                .extracting(stage -> stage.getWork().getId())
                .containsExactly("0", "0:decode", "1");
    }

    @Test
    void whatAModelCannotDoWithAMaskIsRefusedWithItsField() {
        Planning planning = Planner.plan(
                Requests.job(String.join(
                        ", ",
                        DRAFT,
                        img2img("filler", "\"strength\": 0.5"),
                        img2img("xl", MASK),
                        img2img("emoji", MASK + ", \"width\": 100, \"guidance_rescale\": 0.7"))),
                catalogue);

        assertThat(((Planning.Refused) planning).faults())
                .containsExactly(
                        new Fault("stages[1].mask", "is missing; filler paints what a mask marks, and nothing else"),
                        new Fault(
                                "stages[2].mask",
                                "xl takes none; inpainting needs a Stable Diffusion 1.x or 2.x model"),
                        new Fault(
                                "stages[3].width", "100 is not a multiple of 8, which emoji needs; 96 or 104 would be"),
                        new Fault("stages[3].guidance_rescale", "inpainting has no such parameter; leave it out"));
    }

    private Plan planned(String... stages) {
        return switch (Planner.plan(Requests.job(String.join(", ", stages)), catalogue)) {
            case Planning.Planned(Plan plan) -> plan;
            case Planning.Refused refused -> throw new AssertionError(refused.faults());
        };
    }

    private static String img2img(String model, String fields) {
        return "{\"kind\": \"img2img\", \"model\": \"%s\", \"prompt\": \"p\", %s}".formatted(model, fields);
    }
}
