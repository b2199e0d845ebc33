package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.WorkStage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KandinskyPlanTest {
    private static final JobKey JOB =
            JobKey.newBuilder().setTenant("t").setId("j").setRun(1).build();
    private static final String INPUT = "\"input\": \"s3://renders/a.png\"";

    private final Catalogue catalogue = Catalogue.of(Map.of(
            "emoji",
                    Requests.model(Family.STABLE_DIFFUSION, "emoji", "cpu", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG),
            "kandinsky",
                    Requests.model(Family.KANDINSKY, "kandinsky", "cpu", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG)));

    @Test
    void whatARequestLeavesOutIsWhatTheCombinedPipelinesTake() {
        Plan plan = planned(stage("text2img", "kandinsky", "\"seed\": 1"), stage("img2img", "kandinsky", INPUT));
        WorkStage text = plan.getItems(0).getStages(0).getWork();
        WorkStage image = plan.getItems(1).getStages(0).getWork();

        assertThat(text.getSampling().getNumInferenceSteps()).isEqualTo(100);
        assertThat(text.getSampling().getGuidanceScale()).isEqualTo(4.0);
        assertThat(text.getSampling().getPriorNumInferenceSteps()).isEqualTo(25);
        assertThat(text.getSampling().getPriorGuidanceScale()).isEqualTo(4.0);
        assertThat(text.getText2Img().getWidth()).isEqualTo(512);
        assertThat(text.getText2Img().getHeight()).isEqualTo(512);
        assertThat(image.getImg2Img().getStrength()).isEqualTo(0.3);
        assertThat(image.getImg2Img().getWidth()).isEqualTo(512);
        assertThat(image.getImg2Img().getHeight()).isEqualTo(512);
    }

    @Test
    void aSizeThatThePipelineRoundsIsNoFault() {
        Plan plan = planned(stage("text2img", "kandinsky", "\"width\": 500, \"height\": 333"));

        assertThat(plan.getItems(0).getStages(0).getWork().getText2Img().getWidth())
                .isEqualTo(500);
    }

    @Test
    void kandinskyIsGivenPicturesThoughTheVaeIsTheSame() {
        Plan plan =
                planned(stage("text2img", "kandinsky", "\"seed\": 1"), stage("img2img", "kandinsky", "\"seed\": 2"));

        assertThat(plan.getItems(0).getStagesList())
                .extracting(stage -> stage.getWork().getId())
                .containsExactly("0", "0:decode", "1");
    }

    @Test
    void withANegativePromptOneMintedSeedDrawsAllPictures() {
        Plan plan = planned(
                stage("text2img", "kandinsky", "\"num_images_per_prompt\": 2"),
                stage("text2img", "kandinsky", "\"num_images_per_prompt\": 2, \"negative_prompt\": \"\""));
        Plan minted = MintedSeeds.fill(plan, JOB);

        assertThat(minted.getItems(0)
                        .getStages(0)
                        .getWork()
                        .getSeeds()
                        .getPerImage()
                        .getSeedsCount())
                .isEqualTo(2);
        assertThat(minted.getItems(1).getStages(0).getWork().getSeeds().hasSingle())
                .isTrue();
    }

    @Test
    void whatAFamilyDoesNotHaveIsRefusedWithItsField() {
        Planning planning = Planner.plan(
                Requests.job(String.join(
                        ", ",
                        stage(
                                "text2img",
                                "kandinsky",
                                "\"eta\": 0.5, \"clip_skip\": 1, \"guidance_rescale\": 0.7, \"prompt_syntax\":"
                                        + " \"compel\""),
                        stage("text2img", "kandinsky", "\"seed\": [1], \"negative_prompt\": \"night\""),
                        stage("text2img", "kandinsky", "\"loras\": [{\"model\": \"emoji\"}]"),
                        stage("text2img", "emoji", "\"prior_guidance_scale\": 2, \"prior_num_inference_steps\": 5"),
                        stage("img2img", "emoji", "\"width\": 64"))),
                catalogue);

        assertThat(((Planning.Refused) planning).faults())
                .extracting(Fault::path)
                .containsExactlyInAnyOrder(
                        "stages[0].eta",
                        "stages[0].clip_skip",
                        "stages[0].guidance_rescale",
                        "stages[0].prompt_syntax",
                        "stages[1].seed",
                        "stages[2].loras",
                        "stages[2].loras[0].model",
                        "stages[3].prior_guidance_scale",
                        "stages[3].prior_num_inference_steps",
                        "stages[4].width");
    }

    private Plan planned(String... stages) {
        return ((Planning.Planned) Planner.plan(Requests.job(String.join(", ", stages)), catalogue)).plan();
    }

    private static String stage(String kind, String model, String fields) {
        return "{\"kind\": \"%s\", \"model\": \"%s\", \"prompt\": \"a fox\", %s}".formatted(kind, model, fields);
    }
}
