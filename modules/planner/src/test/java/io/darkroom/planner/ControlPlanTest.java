package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.ModelEntry.Residuals;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Canny;
import io.darkroom.contract.wire.ControlNet;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.WorkStage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlPlanTest {
    private static final String EDGES = "\"controlnet\": [{\"model\": \"edges\", \"image\": \"s3://renders/e.png\"}]";

    private final Catalogue catalogue = Catalogue.of(Map.of(
            "emoji", model(Family.STABLE_DIFFUSION, "emoji", "gpu", Optional.of(residuals(768))),
            "far", model(Family.STABLE_DIFFUSION, "far", "cpu", Optional.of(residuals(768))),
            "wide", model(Family.STABLE_DIFFUSION, "wide", "gpu", Optional.of(residuals(1024))),
            "opaque", model(Family.STABLE_DIFFUSION, "opaque", "gpu", Optional.empty()),
            "xl", model(Family.STABLE_DIFFUSION_XL, "xl", "gpu", Optional.of(residuals(768))),
            "refiner", model(Family.STABLE_DIFFUSION_XL_REFINER, "refiner", "gpu", Optional.empty()),
            "midas",
                    entry(
                            Family.DEPTH_ESTIMATOR,
                            "midas",
                            "far",
                            List.of(StageKind.DEPTH),
                            Optional.empty(),
                            0,
                            Optional.empty()),
            "style", Requests.entry(Family.LORA, "style", "gpu", "5").build(),
            "edges", net("edges")));

    @Test
    void aControlNetIsPinnedWithItsDefaultsAndItsPictureIsAnInputOfItsOwn() {
        PlannedItem item = planned(text2img("emoji", EDGES)).getItems(0);
        WorkStage work = item.getStages(0).getWork();

        assertThat(work.getControlnet().getNetsList())
                .containsExactly(ControlNet.newBuilder()
                        .setModel("edges")
                        .setModelDigest("e".repeat(64))
                        .setConditioningScale(1)
                        .setGuidanceEnd(1)
                        .build());
        assertThat(work.getInputsList()).extracting(StageInput::getRole).containsExactly("controlnet[0].image");
        assertThat(item.getSources(work.getInputs(0).getGroup()).getImageUri()).isEqualTo("s3://renders/e.png");
    }

    @Test
    void aLoraIsPinnedBesideAControlNet() {
        WorkStage work = planned(text2img("emoji", EDGES + ", \"loras\": [{\"model\": \"style\"}]"))
                .getItems(0)
                .getStages(0)
                .getWork();

        assertThat(work.getControlnet().getNetsCount()).isEqualTo(1);
        assertThat(work.getAdapters().getLorasCount()).isEqualTo(1);
    }

    @Test
    void withoutASizeTheControlPictureGivesIt() {
        assertThat(planned(text2img("emoji", EDGES))
                        .getItems(0)
                        .getStages(0)
                        .getWork()
                        .getText2Img()
                        .getWidth())
                .isZero();
        assertThat(planned(text2img("emoji", "\"seed\": 1"))
                        .getItems(0)
                        .getStages(0)
                        .getWork()
                        .getText2Img()
                        .getWidth())
                .isEqualTo(64);
    }

    @Test
    void aStagesPicturesMaySteerAnother() {
        Plan plan = planned(
                text2img("emoji", "\"id\": \"draft\""),
                "{\"kind\": \"img2img\", \"model\": \"emoji\", \"prompt\": \"a fox\", \"input\":"
                        + " \"s3://renders/a.png\", \"controlnet\": [{\"model\": \"edges\", \"image\": \"draft\"}]}");

        assertThat(plan.getItemsList()).hasSize(1);
        assertThat(plan.getItems(0).getStagesList())
                .extracting(stage -> stage.getWork().getId())
                .containsExactly("draft", "draft:decode", "1");
        assertThat(plan.getItems(0).getStages(0).getWork().getPublish()).isFalse();
        assertThat(plan.getItems(0).getStages(2).getWork().getInputsList())
                .extracting(StageInput::getRole)
                .containsExactly("input", "controlnet[0].image");
    }

    @Test
    void edgesAreFoundWhereTheyAreWantedAndDepthWhereItsModelIs() {
        Plan plan = planned(
                "{\"id\": \"lines\", \"kind\": \"canny\", \"input\": \"s3://renders/a.png\", \"low_threshold\": 50}",
                "{\"id\": \"map\", \"kind\": \"depth\", \"model\": \"midas\", \"input\": \"s3://renders/a.png\"}",
                text2img(
                        "emoji",
                        "\"controlnet\": [{\"model\": \"edges\", \"image\": \"lines\"},"
                                + " {\"model\": \"edges\", \"image\": \"map\", \"conditioning_scale\": 0.5}]"));

        assertThat(plan.getItemsList()).extracting(PlannedItem::getPool).containsExactly("gpu", "far", "gpu");
        assertThat(plan.getItems(0).getStages(0).getWork().getCanny())
                .isEqualTo(Canny.newBuilder()
                        .setLowThreshold(50)
                        .setHighThreshold(200)
                        .build());
        assertThat(plan.getItems(1).getStages(0).getWork().getModel()).isEqualTo("midas");
        assertThat(plan.getItems(1).getStages(0).getWork().getHandover()).isEqualTo(Handover.HANDOVER_IMAGES);
        assertThat(plan.getItems(2).getStages(0).getWork().getInputsList())
                .extracting(StageInput::getRole)
                .containsExactly("controlnet[0].image", "controlnet[1].image");
    }

    @Test
    void depthIsSeenInPixelsAndEdgesJoinTheStageThatTheyAreFoundIn() {
        Plan plan = planned(
                text2img("emoji", "\"id\": \"draft\""),
                "{\"id\": \"lines\", \"kind\": \"canny\"}",
                text2img("emoji", "\"controlnet\": [{\"model\": \"edges\", \"image\": \"lines\"}]"),
                "{\"kind\": \"depth\", \"model\": \"midas\"}");

        assertThat(plan.getItems(0).getStagesList())
                .extracting(stage -> stage.getWork().getId())
                .containsExactly("draft", "draft:decode", "lines", "2", "2:decode");
        assertThat(plan.getItems(1).getStagesList())
                .extracting(stage -> stage.getWork().getId())
                .containsExactly("3");
    }

    @Test
    void whatDoesNotBelongTogetherIsRefusedByName() {
        assertThat(refused(text2img("wide", EDGES)))
                .containsExactly(new Fault(
                        "stages[0].controlnet[0].model",
                        "edges was made for another network than wide's: it reads texts of width 768, not 1024"));
        assertThat(refused(text2img("far", EDGES)))
                .containsExactly(new Fault(
                        "stages[0].controlnet[0].model",
                        "edges is served by the pool gpu, far by the pool cpu; both must be in one, since one worker"
                                + " runs them together"));
        assertThat(planned(text2img("xl", EDGES)).getItemsList()).hasSize(1);
        assertThat(refused(text2img("xl", EDGES + ", \"input\": \"s3://renders/a.png\", \"denoising_start\": 0.5")
                        .replace("text2img", "img2img")))
                .extracting(Fault::path)
                .containsExactly("stages[0].denoising_start");
        assertThat(refused(text2img("refiner", EDGES))).extracting(Fault::path).containsExactly("stages[0].controlnet");
        assertThat(refused(text2img("opaque", EDGES))).extracting(Fault::path).containsExactly("stages[0].controlnet");
        assertThat(refused(text2img("emoji", EDGES.replace("edges", "far"))))
                .containsExactly(new Fault("stages[0].controlnet[0].model", "far is no ControlNet"));
        assertThat(refused(text2img("emoji", EDGES.replace("edges", "nothing"))))
                .extracting(Fault::message)
                .first()
                .asString()
                .startsWith("nothing is not in the catalogue; there are ");
        assertThat(refused(text2img("emoji", EDGES + ", \"guidance_rescale\": 0.5")))
                .containsExactly(
                        new Fault("stages[0].guidance_rescale", "there is none with ControlNets; leave it out"));
        assertThat(refused(text2img("edges", "\"seed\": 1")))
                .containsExactly(new Fault("stages[0].model", "edges cannot run text2img; it runs no stage by itself"));
    }

    @Test
    void severalPicturesDoNotSteerOne() {
        assertThat(refused(
                        text2img("emoji", "\"id\": \"draft\", \"num_images_per_prompt\": 3"),
                        text2img("emoji", EDGES.replace("s3://renders/e.png", "draft"))))
                .containsExactly(new Fault(
                        "stages[1].controlnet[0].image",
                        "draft makes 3 pictures; there must be 1, or one for each picture that the stage works on: 1"));
    }

    private static String text2img(String model, String further) {
        return "{\"kind\": \"text2img\", \"model\": \"%s\", \"prompt\": \"a fox\", %s}".formatted(model, further);
    }

    private Plan planned(String... stages) {
        Planning planning = Planner.plan(Requests.job(String.join(", ", stages)), catalogue);
        assertThat(planning).isInstanceOf(Planning.Planned.class);
        return ((Planning.Planned) planning).plan();
    }

    private List<Fault> refused(String... stages) {
        Planning planning = Planner.plan(Requests.job(String.join(", ", stages)), catalogue);
        assertThat(planning).isInstanceOf(Planning.Refused.class);
        return ((Planning.Refused) planning).faults();
    }

    private static Residuals residuals(int width) {
        return new Residuals(4, width, List.of(320, 320, 320));
    }

    private static ModelEntry model(Family family, String name, String pool, Optional<Residuals> residuals) {
        List<StageKind> kinds = List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG);
        return entry(family, name, pool, kinds, Optional.of("a".repeat(64)), 64, residuals);
    }

    private static ModelEntry net(String name) {
        return entry(Family.CONTROLNET, name, "gpu", List.of(), Optional.empty(), 0, Optional.of(residuals(768)));
    }

    private static ModelEntry entry(
            Family family,
            String name,
            String pool,
            List<StageKind> kinds,
            Optional<String> vae,
            int size,
            Optional<Residuals> residuals) {
        return ModelEntry.of(family, name, name.substring(0, 1).repeat(64), pool)
                .kinds(kinds)
                .vae(vae)
                .latents(4, 8)
                .size(size, size, size / 8)
                .residuals(residuals)
                .build();
    }
}
