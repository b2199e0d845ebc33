package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.StageOutput;
import io.darkroom.contract.wire.WorkStage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final String DRAFT =
            "{\"id\": \"draft\", \"kind\": \"text2img\", \"model\": \"emoji\", \"prompt\": \"a fox\"}";

    private final Catalogue catalogue = Catalogue.of(Requests.MODELS);

    @Test
    void stagesOfOnePoolThatFeedEachOtherAreOneWorkItem() {
        Plan plan = planned(DRAFT, img2img("b", "emoji", "draft"), upscale("c", "b"));

        assertThat(plan.getItemsList()).hasSize(1);
        assertThat(stageIds(plan.getItems(0))).containsExactly("draft", "b", "c");
        assertThat(lastHandover(plan.getItems(0))).isEqualTo(Handover.HANDOVER_NONE);
        assertThat(plan.getItems(0).getPool()).isEqualTo("cpu");
    }

    @Test
    void stagesOfTwoPoolsWithOneVaeHandLatentsOn() {
        Plan plan = planned(DRAFT, img2img("b", "sketch", "draft"));

        assertThat(lastHandover(plan.getItems(0))).isEqualTo(Handover.HANDOVER_LATENTS);
        assertThat(plan.getItems(1).getSourcesList()).containsExactly(output(0, "draft"));
        assertThat(stageIds(plan.getItems(0))).containsExactly("draft");
    }

    @Test
    void anotherVaeInTheSamePoolGetsADecodeBetween() {
        Plan plan = planned(DRAFT, img2img("b", "photo", "draft"));

        assertThat(plan.getItemsList()).hasSize(1);
        assertThat(stageIds(plan.getItems(0))).containsExactly("draft", "draft:decode", "b");
        WorkStage decode = plan.getItems(0).getStages(1).getWork();
        assertThat(decode.hasDecode()).isTrue();
        assertThat(decode.getModelDigest()).isEqualTo("e".repeat(64));
    }

    @Test
    void anotherVaeInAnotherPoolIsGivenPictures() {
        Plan plan = planned(DRAFT, img2img("b", "far-photo", "draft"));

        assertThat(stageIds(plan.getItems(0))).containsExactly("draft", "draft:decode");
        assertThat(lastHandover(plan.getItems(0))).isEqualTo(Handover.HANDOVER_IMAGES);
        assertThat(stageIds(plan.getItems(1))).containsExactly("b");
    }

    @Test
    void anOutputThatSeveralTakeEndsItsWorkItem() {
        Plan plan = planned(DRAFT, img2img("b", "emoji", "draft"), img2img("c", "emoji", "draft"));

        assertThat(plan.getItemsList()).hasSize(3);
        assertThat(lastHandover(plan.getItems(0))).isEqualTo(Handover.HANDOVER_LATENTS);
        assertThat(plan.getItemsList().subList(1, 3))
                .allSatisfy(item -> assertThat(item.getSourcesList()).containsExactly(output(0, "draft")));
    }

    @Test
    void latentsForOneAndPicturesForAnotherAreHandedOnByOneWorkItem() {
        Plan plan = planned(DRAFT, img2img("b", "sketch", "draft"), img2img("c", "far-photo", "draft"));

        assertThat(stageIds(plan.getItems(0))).containsExactly("draft", "draft:decode");
        assertThat(plan.getItems(0).getStagesList())
                .extracting(stage -> stage.getWork().getHandover())
                .containsExactly(Handover.HANDOVER_LATENTS, Handover.HANDOVER_IMAGES);
        assertThat(plan.getItems(1).getSourcesList()).containsExactly(output(0, "draft"));
        assertThat(plan.getItems(2).getSourcesList()).containsExactly(output(0, "draft:decode"));
    }

    @Test
    void aPictureOfTheUsersStartsAWorkItem() {
        Plan plan = planned(DRAFT, img2img("b", "emoji", "s3://renders/in.png"));

        assertThat(plan.getItems(1).getSources(0).getImageUri()).isEqualTo("s3://renders/in.png");
        assertThat(lastHandover(plan.getItems(0))).isEqualTo(Handover.HANDOVER_NONE);
    }

    @Test
    void defaultsOfTheModelAndItsDigestAreFilledIn() {
        WorkStage stage = planned(DRAFT).getItems(0).getStages(0).getWork();

        assertThat(stage.getText2Img().getWidth()).isEqualTo(64);
        assertThat(stage.getText2Img().getHeight()).isEqualTo(96);
        assertThat(stage.getModelDigest()).isEqualTo("e".repeat(64));
    }

    @Test
    void everyFaultThatTheCatalogueRevealsIsListedWithItsPath() {
        Planning planning = plan(
                "{\"kind\": \"text2img\", \"model\": \"emoij\", \"prompt\": \"a fox\"}",
                "{\"kind\": \"text2img\", \"model\": \"x2\", \"prompt\": \"a fox\"}",
                "{\"kind\": \"text2img\", \"model\": \"emoji\", \"prompt\": \"\", \"width\": 100}");

        Planning.Refused refused = (Planning.Refused) planning;
        assertThat(refused.code()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
        assertThat(refused.faults())
                .containsExactly(
                        new Fault(
                                "stages[0].model",
                                "emoij is not in the catalogue; there are emoji, far-photo, photo, sketch, x2"),
                        new Fault("stages[1].model", "x2 cannot run text2img; it runs upscale"),
                        new Fault(
                                "stages[2].width",
                                "100 is not a multiple of 8, which emoji needs; 96 or 104 would be"));
    }

    @Test
    void anEmptyCatalogueSaysSo() {
        Planning.Refused refused = (Planning.Refused) Planner.plan(Requests.job(DRAFT), Catalogue.of(Map.of()));

        assertThat(refused.faults().getFirst().message()).endsWith("the catalogue is empty");
    }

    @Test
    void aJobThatWouldPublishTooManyPicturesIsRefused() {
        String many = DRAFT.replace("\"a fox\"", "\"a fox\", \"num_images_per_prompt\": 64");
        Planning planning = plan(
                many,
                many.replace("draft", "b"),
                many.replace("draft", "c"),
                many.replace("draft", "d"),
                many.replace("draft", "e"));

        assertThat(((Planning.Refused) planning).faults().getFirst().message())
                .isEqualTo("the job would publish 320 pictures; at most 256 are allowed");
    }

    @Test
    void aMintedSeedDependsOnTheRunTheStageAndThePlace() {
        Plan plan = planned(DRAFT.replace("\"a fox\"", "\"a fox\", \"num_images_per_prompt\": 2"));

        List<Long> first = seeds(plan, 1);
        assertThat(first).isEqualTo(seeds(plan, 1)).doesNotHaveDuplicates().hasSize(2);
        assertThat(first).allMatch(seed -> seed >= 0 && seed < 1L << 32);
        assertThat(seeds(plan, 2)).doesNotContainAnyElementsOf(first);
    }

    @Test
    void aSeedThatTheRequestGivesIsKept() {
        Plan plan = planned(DRAFT.replace("\"a fox\"", "\"a fox\", \"seed\": 7"));

        Plan filled = MintedSeeds.fill(plan, JobKey.getDefaultInstance());

        assertThat(filled.getItems(0).getStages(0).getWork().getSeeds().getSingle())
                .isEqualTo(7);
    }

    private static List<Long> seeds(Plan plan, int run) {
        JobKey job = JobKey.newBuilder().setTenant("t").setId("j").setRun(run).build();
        return MintedSeeds.fill(plan, job)
                .getItems(0)
                .getStages(0)
                .getWork()
                .getSeeds()
                .getPerImage()
                .getSeedsList();
    }

    private Planning plan(String... stages) {
        return Planner.plan(Requests.job(String.join(", ", stages)), catalogue);
    }

    private Plan planned(String... stages) {
        return switch (plan(stages)) {
            case Planning.Planned(Plan plan) -> plan;
            case Planning.Refused refused -> throw new AssertionError(refused.faults());
        };
    }

    private static String img2img(String id, String model, String input) {
        return "{\"id\": \"%s\", \"kind\": \"img2img\", \"model\": \"%s\", \"prompt\": \"p\", \"input\": \"%s\"}"
                .formatted(id, model, input);
    }

    private static String upscale(String id, String input) {
        return "{\"id\": \"%s\", \"kind\": \"upscale\", \"model\": \"x2\", \"input\": \"%s\"}".formatted(id, input);
    }

    private static Handover lastHandover(PlannedItem item) {
        return item.getStagesList().getLast().getWork().getHandover();
    }

    private static ItemSource output(int item, String stage) {
        return ItemSource.newBuilder()
                .setOutput(StageOutput.newBuilder().setItem(item).setStage(stage))
                .build();
    }

    private static List<String> stageIds(PlannedItem item) {
        return item.getStagesList().stream()
                .map(stage -> stage.getWork().getId())
                .toList();
    }
}
