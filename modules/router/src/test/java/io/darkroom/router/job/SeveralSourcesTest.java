package io.darkroom.router.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.contract.wire.Grid;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.StageOutput;
import io.darkroom.contract.wire.Text2Img;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.JobSubmitted;
import io.darkroom.contract.work.WorkProtocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A work item that takes what two others made: pictures of one stage and latents of another, and a picture of the user's. */
class SeveralSourcesTest {
    private static final Plan PLAN = Plan.newBuilder()
            .addItems(producer("left"))
            .addItems(producer("right"))
            .addItems(PlannedItem.newBuilder()
                    .setPool("cpu")
                    .addSources(output(0, "left:decode"))
                    .addSources(ItemSource.newBuilder().setImageUri("s3://renders/in.png"))
                    .addSources(output(1, "right"))
                    .addStages(stage(WorkStage.newBuilder()
                            .setId("sheet")
                            .addInputs(StageInput.newBuilder().setRole("inputs").setGroup(0))
                            .addInputs(StageInput.newBuilder().setRole("inputs").setGroup(1))
                            .addInputs(StageInput.newBuilder().setRole("inputs").setGroup(2))
                            .setGrid(Grid.newBuilder().setRows(1).setColumns(3)))))
            .build();

    @Test
    void itIsWantedOnceAllOfThemAreDone() {
        History job = History.of(submitted(PLAN), done(1, handover("right"), pictures(1, "right:decode")));
        assertThat(job.wanted()).extracting(WorkItem::getIndex).containsExactly(0, 1);

        job.then(done(0, handover("left"), pictures(0, "left:decode")));
        assertThat(job.wanted()).extracting(WorkItem::getIndex).containsExactly(0, 1, 2);
    }

    @Test
    void itIsGivenWhatItsSourcesNameAndNothingElse() {
        WorkItem sheet = bothDone().wanted().getLast();

        assertThat(sheet.getProtocolVersion()).isGreaterThanOrEqualTo(WorkProtocol.GRAPH);
        assertThat(sheet.getInputsList()).extracting(WorkInput::getGroup).containsExactly(0, 1, 2);
        assertThat(sheet.getInputs(0).getImage().getUri())
                .isEqualTo(Events.file("s3://handover/", 1, 0, 1, "png").getUri());
        assertThat(sheet.getInputs(1).getImageUri()).isEqualTo("s3://renders/in.png");
        assertThat(sheet.getInputs(2).getInlineLatents().getVaeDigest()).isEqualTo("right");
    }

    @Test
    void anOutcomeThatLacksOneOfItsHandoversIsTriedAgain() {
        History job = History.of(submitted(PLAN), done(0, handover("left"))).untilTimer();

        assertThat(job.wanted()).extracting(WorkItem::getAttempt).containsExactly(1, 1, 2);
    }

    @Test
    void anOutcomeThatHandsOnForAStageOfAnotherWorkItemIsTriedAgain() {
        History job = History.of(
                        submitted(PLAN),
                        done(0, handover("left"), pictures(0, "left:decode"), pictures(0, "right:decode")))
                .untilTimer();

        assertThat(job.wanted()).extracting(WorkItem::getAttempt).containsExactly(1, 1, 2);
    }

    @Test
    void whatTwoWorkItemsHandOnIsDroppedWhenItIsDone() {
        Plan longer = PLAN.toBuilder()
                .addItems(producer("more").addSources(output(2, "sheet")))
                .build();
        Plan handsOn =
                longer.toBuilder().setItems(2, withHandover(longer.getItems(2))).build();
        History job = History.of(
                submitted(handsOn),
                done(0, handover("left"), pictures(0, "left:decode")),
                done(1, handover("right"), pictures(1, "right:decode")),
                done(2, pictures(2, "sheet")));

        List<ItemState> items = ((JobState.Active) job.state).items();
        assertThat(items.subList(0, 3))
                .extracting(item -> ((ItemState.Done) item).outcome().getHandoverCount())
                .containsExactly(0, 0, 1);
    }

    @Test
    void aWorkItemThatNoRecordCanHoldEndsItsJobWithTheReason() {
        List<WorkInput> many = new ArrayList<>(Collections.nCopies(1 << 13, pictures(0, "left:decode")));
        many.add(handover("left"));
        History job = History.of(
                submitted(PLAN),
                done(0, many.toArray(WorkInput[]::new)),
                done(1, handover("right"), pictures(1, "right:decode")));

        JobResult result = job.results().getFirst();
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.error().orElseThrow().message()).contains("let a stage take fewer pictures");
        assertThat(job.results()).hasSize(1);
        assertThat(job.wanted()).hasSize(2);
    }

    private static History bothDone() {
        return History.of(
                submitted(PLAN),
                done(0, handover("left"), pictures(0, "left:decode")),
                done(1, handover("right"), pictures(1, "right:decode")));
    }

    private static JobEvent submitted(Plan plan) {
        return JobEvent.newBuilder()
                .setTenant("t")
                .setId("j")
                .setSubmitted(JobSubmitted.newBuilder()
                        .setDeadlineMillis(Events.DEADLINE.toMillis())
                        .setPlan(plan))
                .build();
    }

    private static JobEvent done(int item, WorkInput... handedOn) {
        return Events.work(WorkEvent.newBuilder()
                .setDone(
                        WorkDone.newBuilder().setAttempt(Events.key(1, item, 1)).addAllHandover(List.of(handedOn))));
    }

    private static WorkInput handover(String stage) {
        return WorkInput.newBuilder()
                .setStage(stage)
                .setInlineLatents(InlineLatents.newBuilder().setVaeDigest(stage))
                .build();
    }

    private static WorkInput pictures(int item, String stage) {
        return WorkInput.newBuilder()
                .setStage(stage)
                .setImage(Events.file("s3://handover/", 1, item, 1, "png"))
                .build();
    }

    /** Hands on its latents, and the pictures made of them. */
    private static PlannedItem.Builder producer(String stage) {
        return PlannedItem.newBuilder()
                .setPool("cpu")
                .setAttemptLimitMillis(Events.ATTEMPT_LIMIT.toMillis())
                .addStages(stage(WorkStage.newBuilder()
                        .setId(stage)
                        .setText2Img(Text2Img.getDefaultInstance())
                        .setHandover(Handover.HANDOVER_LATENTS)))
                .addStages(
                        stage(WorkStage.newBuilder().setId(stage + ":decode").setHandover(Handover.HANDOVER_IMAGES)));
    }

    private static PlannedItem withHandover(PlannedItem item) {
        PlannedItem.Builder changed = item.toBuilder();
        changed.getStagesBuilder(0).getWorkBuilder().setHandover(Handover.HANDOVER_IMAGES);
        return changed.build();
    }

    private static PlannedStage.Builder stage(WorkStage.Builder work) {
        return PlannedStage.newBuilder().setImages(1).setWork(work);
    }

    private static ItemSource output(int item, String stage) {
        return ItemSource.newBuilder()
                .setOutput(StageOutput.newBuilder().setItem(item).setStage(stage))
                .build();
    }
}
