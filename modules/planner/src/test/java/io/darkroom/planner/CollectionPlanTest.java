package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.StageOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where stages that put pictures together run, and what they are given. */
class CollectionPlanTest {
    private static final String DRAFT =
            "{\"id\": \"draft\", \"kind\": \"text2img\", \"model\": \"emoji\", \"prompt\": \"a fox\"}";

    private final Catalogue catalogue = Catalogue.of(Requests.MODELS);

    @Test
    void aGridOfOnePoolsPicturesIsFusedWithThem() {
        Plan plan = planned(DRAFT, img2img("b", "emoji", "draft"), grid("sheet", "draft", "b"));

        assertThat(plan.getItemsList()).hasSize(1);
        assertThat(stageIds(plan.getItems(0))).containsExactly("draft", "b", "draft:decode", "b:decode", "sheet");
        assertThat(inputs(plan.getItems(0), "b")).containsExactly(ofStage("input", 0));
        assertThat(inputs(plan.getItems(0), "draft:decode")).containsExactly(ofStage("input", 0));
        assertThat(inputs(plan.getItems(0), "sheet")).containsExactly(ofStage("inputs", 2), ofStage("inputs", 3));
        assertThat(plan.getItems(0).getSourcesList()).isEmpty();
    }

    @Test
    void aGridOverTwoPoolsJoinsTheLastOfThemAndIsHandedTheOthersPictures() {
        Plan plan = planned(DRAFT, img2img("b", "sketch", "draft"), grid("sheet", "draft", "b"));

        assertThat(plan.getItemsList()).hasSize(2);
        assertThat(stageIds(plan.getItems(0))).containsExactly("draft", "draft:decode");
        assertThat(plan.getItems(0).getStagesList())
                .extracting(stage -> stage.getWork().getHandover())
                .containsExactly(Handover.HANDOVER_LATENTS, Handover.HANDOVER_IMAGES);
        assertThat(stageIds(plan.getItems(1))).containsExactly("b", "b:decode", "sheet");
        assertThat(plan.getItems(1).getPool()).isEqualTo("gpu");
        assertThat(plan.getItems(1).getSourcesList()).containsExactly(output(0, "draft"), output(0, "draft:decode"));
        assertThat(inputs(plan.getItems(1), "sheet")).containsExactly(ofGroup("inputs", 1), ofStage("inputs", 1));
    }

    @Test
    void aGridOfBranchesThatDoNotWaitForEachOtherIsAWorkItemOfItsOwn() {
        Plan plan = planned(
                DRAFT,
                "{\"id\": \"other\", \"kind\": \"text2img\", \"model\": \"emoji\", \"prompt\": \"a cat\"}",
                grid("sheet", "draft", "other"));

        assertThat(plan.getItemsList()).hasSize(3);
        assertThat(stageIds(plan.getItems(2))).containsExactly("sheet");
        assertThat(plan.getItems(2).getPool()).isEqualTo("cpu");
        assertThat(plan.getItems(2).getSourcesList())
                .containsExactly(output(0, "draft:decode"), output(1, "other:decode"));
    }

    @Test
    void aGridOfTheUsersPicturesRunsWhereItsConsumerRuns() {
        Plan plan = planned(
                DRAFT, grid("sheet", "s3://renders/a.png", "s3://renders/b.png"), img2img("b", "sketch", "sheet"));

        assertThat(plan.getItemsList()).hasSize(2);
        assertThat(stageIds(plan.getItems(1))).containsExactly("sheet", "b");
        assertThat(plan.getItems(1).getPool()).isEqualTo("gpu");
        assertThat(plan.getItems(1).getSourcesList())
                .extracting(ItemSource::getImageUri)
                .containsExactly("s3://renders/a.png", "s3://renders/b.png");
    }

    @Test
    void aJobOfNothingButCollectionsRunsInTheUsualPoolElseInTheFirstModels() {
        String sheet = grid("sheet", "s3://renders/a.png");
        assertThat(planned(sheet).getItems(0).getPool()).isEqualTo("cpu");
        var usual = new HashMap<>(Requests.MODELS);
        usual.put("usual", Requests.model(Family.STABLE_DIFFUSION, "usual", "default", "a", StageKind.TEXT2IMG));
        assertThat(Planner.plan(Requests.job(sheet), Catalogue.of(usual)))
                .isInstanceOfSatisfying(
                        Planning.Planned.class,
                        planning -> assertThat(planning.plan().getItems(0).getPool())
                                .isEqualTo("default"));

        Planning planning = Planner.plan(Requests.job(sheet), Catalogue.of(Map.of()));

        assertThat(((Planning.Refused) planning).faults())
                .containsExactly(new Fault(
                        "stages",
                        "none has a model, and the catalogue is empty, so there is no pool to run them: import a model"
                                + " first"));
    }

    @Test
    void aSheetThatIsKnownToBeTooLargeIsRefusedBeforeAnythingIsDrawn() {
        String large = "{\"id\": \"draft\", \"kind\": \"text2img\", \"model\": \"emoji\", \"prompt\": \"p\","
                + " \"width\": 1024, \"height\": 1024, \"num_images_per_prompt\": 17}";

        assertThat(Planner.plan(Requests.job(large + ", {\"kind\": \"grid\", \"cols\": 17}"), catalogue))
                .isInstanceOfSatisfying(Planning.Refused.class, refused -> {
                    assertThat(refused.faults().getFirst().path()).isEqualTo("stages[1].resize");
                    assertThat(refused.faults().getFirst().message())
                            .contains("17,825,792 pixels", "16,777,216", "resize");
                });
        assertThat(planned(large, "{\"kind\": \"grid\", \"cols\": 17, \"resize\": 256}")
                        .getItemsList())
                .hasSize(1);
    }

    @Test
    void rowsAndColumnsFollowFromTheNumberOfPictures() {
        String four = DRAFT.replace("\"a fox\"", "\"a fox\", \"num_images_per_prompt\": 4");

        Plan plan = planned(four, "{\"id\": \"sheet\", \"kind\": \"grid\", \"cols\": 2}");

        PlannedItem item = plan.getItems(0);
        assertThat(stageIds(item)).containsExactly("draft", "draft:decode", "sheet");
        assertThat(item.getStages(2).getWork().getGrid().getRows()).isEqualTo(2);
        assertThat(item.getStages(2).getWork().getGrid().getColumns()).isEqualTo(2);
        assertThat(item.getStages(2).getImages()).isEqualTo(1);
    }

    private Plan planned(String... stages) {
        return switch (Planner.plan(Requests.job(String.join(", ", stages)), catalogue)) {
            case Planning.Planned(Plan plan) -> plan;
            case Planning.Refused refused -> throw new AssertionError(refused.faults());
        };
    }

    private static String img2img(String id, String model, String input) {
        return "{\"id\": \"%s\", \"kind\": \"img2img\", \"model\": \"%s\", \"prompt\": \"p\", \"input\": \"%s\"}"
                .formatted(id, model, input);
    }

    private static String grid(String id, String... inputs) {
        return "{\"id\": \"%s\", \"kind\": \"grid\", \"inputs\": [\"%s\"]}"
                .formatted(id, String.join("\", \"", inputs));
    }

    private static List<StageInput> inputs(PlannedItem item, String stage) {
        return item.getStagesList().stream()
                .filter(planned -> planned.getWork().getId().equals(stage))
                .findFirst()
                .orElseThrow()
                .getWork()
                .getInputsList();
    }

    private static StageInput ofStage(String role, int position) {
        return StageInput.newBuilder().setRole(role).setStage(position).build();
    }

    private static StageInput ofGroup(String role, int group) {
        return StageInput.newBuilder().setRole(role).setGroup(group).build();
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
