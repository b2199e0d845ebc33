package io.darkroom.router.job;

import static io.darkroom.router.job.Events.failed;
import static io.darkroom.router.job.Events.replay;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.StageSummary;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.LatentsArtifact;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.Seeds;
import io.darkroom.contract.wire.StageOutput;
import io.darkroom.contract.wire.Text2Img;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.JobSubmitted;
import io.darkroom.contract.wire.router.KeptRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A chain of three work items, of which the first two are kept. */
class KeepTest {
    private final Map<String, KeptRecord> kept = new HashMap<>();
    private final JobMachine machine =
            History.machine(JobLimits.DEFAULT, (tenant, name) -> Optional.ofNullable(kept.get(tenant + "/" + name)));

    @Test
    void whatIsKeptIsToldUnderTheNameThatTheWorkerWasGiven() {
        History job = new History(machine).then(submitted());
        String name = job.wanted().getFirst().getKeptAs();
        assertThat(name).matches("[0-9a-f]{64}");

        job.then(done(1, 0, 1));
        JobOutput.Keep keep = job.all(JobOutput.Keep.class).getFirst();
        assertThat(keep.tenant()).isEqualTo("t");
        assertThat(keep.name()).isEqualTo(name);
        assertThat(keep.record().getHandoverList())
                .extracting(WorkInput::getStage)
                .containsExactly("0");
    }

    @Test
    void aJobThatBeginsInTheSameWayStartsBehindTheLastKeptStage() {
        through(0, 1);

        History second = new History(machine).then(submitted());
        assertThat(second.wanted()).extracting(WorkItem::getIndex).containsExactly(2);
        WorkInput input = second.wanted().getFirst().getInputs(0);
        assertThat(input.getKept()).isTrue();
        assertThat(second.wanted().getFirst().getFirst())
                .as("its tenant may have too much")
                .isTrue();
        assertThat(input.getLatents().getArtifact()).isEqualTo(keptFile(1));

        second.then(done(1, 2, 1));
        assertThat(second.results()).singleElement().satisfies(result -> {
            assertThat(result.status()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.stages()).extracting(StageSummary::reused).containsExactly(true, true, false);
        });
    }

    @Test
    void onlyTheFirstStageIsTakenWhereOnlyThatIsKept() {
        through(0);

        assertThat(new History(machine).then(submitted()).wanted())
                .extracting(WorkItem::getIndex)
                .containsExactly(1);
    }

    @Test
    void aReplayStartsBehindTheLastKeptStage() {
        History job = through(0, 1);
        job.then(failed(2, 1, "INPUT_REJECTED"));
        assertThat(job.results()).extracting(JobResult::status).containsExactly(Status.FAILED);

        job.then(replay(Priority.PRIORITY_STANDARD));
        WorkItem again = job.wanted().getLast();
        assertThat(again.getJob().getRun()).isEqualTo(2);
        assertThat(again.getIndex()).isEqualTo(2);
    }

    @Test
    void whatIsLostIsMadeAgainAndForgotten() {
        through(0, 1);
        History second = new History(machine).then(submitted());

        second.then(failed(2, 1, "KEPT_LOST"));
        assertThat(second.all(JobOutput.Lost.class)).hasSize(1);
        // The one before is kept still.
        assertThat(second.wanted()).extracting(WorkItem::getIndex).containsExactly(2, 1);

        assertThat(second.wanted().getLast().getFirst()).isFalse();
        second.then(failed(1, 1, "KEPT_LOST"));
        assertThat(second.wanted()).extracting(WorkItem::getIndex).containsExactly(2, 1, 0);
        second.then(done(1, 0, 1), done(1, 1, 2), done(1, 2, 1));
        assertThat(second.results())
                .as("the attempt that found nothing is superseded")
                .isEmpty();
        second.then(done(1, 2, 2));
        assertThat(second.results()).singleElement().satisfies(result -> {
            assertThat(result.status()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.stages()).extracting(StageSummary::reused).containsExactly(false, false, false);
        });
    }

    @Test
    void losingWhatIsKeptIsNoFailureOfTheWorkItem() {
        through(0, 1);
        History second = new History(machine).then(submitted(), failed(2, 1, "KEPT_LOST"), done(1, 1, 1));
        second.then(failed(2, 2, "STORE_UNAVAILABLE")).untilTimer();
        second.then(failed(2, 3, "STORE_UNAVAILABLE")).untilTimer();
        assertThat(second.results()).isEmpty();

        second.then(failed(2, 4, "STORE_UNAVAILABLE"));
        assertThat(second.results()).hasSize(1);
    }

    @Test
    void whatIsTooOldIsNotTaken() {
        through(0, 1);
        History late = new History(machine).after(Duration.ofDays(7)).then(submitted());

        assertThat(late.wanted()).extracting(WorkItem::getIndex).containsExactly(0);
    }

    @Test
    void ofAWorkerThatKnowsNothingOfKeepingNothingIsKept() {
        WorkEvent before = done(1, 0, 1).getWork();
        WorkDone.Builder without = before.getDone().toBuilder();
        without.getHandoverBuilder(0)
                .clearKept()
                .getLatentsBuilder()
                .setArtifact(Events.file("s3://handover/", 1, 0, 1, "safetensors"));
        History job = new History(machine)
                .then(submitted(), Events.work(before.toBuilder().setDone(without)));

        assertThat(job.all(JobOutput.Keep.class)).isEmpty();
        assertThat(job.wanted()).extracting(WorkItem::getIndex).containsExactly(0, 1);
    }

    /** A job of which these are done, and what it kept is known. */
    private History through(int... items) {
        History job = new History(machine).then(submitted());
        for (int item : items) {
            job.then(done(1, item, 1));
        }
        job.all(JobOutput.Keep.class).forEach(keep -> kept.put(keep.tenant() + "/" + keep.name(), keep.record()));
        return job;
    }

    private static JobEvent submitted() {
        Plan plan = Plan.newBuilder()
                .setOutputUri("s3://renders/j/")
                .addItems(item("a", true))
                .addItems(item("b", true).addSources(from(0, "a")))
                .addItems(item("c", false).addSources(from(1, "b")))
                .build();
        return JobEvent.newBuilder()
                .setTenant("t")
                .setId("j")
                .setSubmitted(JobSubmitted.newBuilder().setContentHash("hash").setPlan(plan))
                .build();
    }

    private static ItemSource from(int item, String stage) {
        return ItemSource.newBuilder()
                .setOutput(StageOutput.newBuilder().setItem(item).setStage(stage))
                .build();
    }

    private static PlannedItem.Builder item(String stage, boolean keep) {
        return PlannedItem.newBuilder()
                .setPool("pool-of-" + stage)
                .setKeep(keep)
                .addStages(PlannedStage.newBuilder()
                        .setImages(1)
                        .setWork(WorkStage.newBuilder()
                                .setId(stage)
                                .setPublish(!keep)
                                .setSeeds(Seeds.newBuilder().setSingle(7))
                                .setHandover(keep ? Handover.HANDOVER_LATENTS : Handover.HANDOVER_NONE)
                                .setText2Img(Text2Img.getDefaultInstance())));
    }

    /** Under the name that the work item is kept as, which is every such job's. */
    private static ArtifactPointer keptFile(int item) {
        History job = History.of(submitted());
        Plan plan = ((JobState.Active) job.state).job().plan();
        String sha256 = "c".repeat(64);
        return ArtifactPointer.newBuilder()
                .setUri("s3://handover/t/kept/" + plan.getItems(item).getKeptAs() + "/" + sha256 + ".safetensors")
                .setSha256(sha256)
                .setBytes(100)
                .build();
    }

    private static JobEvent done(int run, int item, int attempt) {
        String stage = List.of("a", "b", "c").get(item);
        WorkDone.Builder done = WorkDone.newBuilder().setAttempt(Events.key(run, item, attempt));
        if (item == 2) {
            done.addImages(PublishedImage.newBuilder()
                    .setStage(stage)
                    .setArtifact(Events.file("s3://renders/j/", run, item, attempt, "png")));
        } else {
            done.addHandover(WorkInput.newBuilder()
                    .setStage(stage)
                    .setKept(true)
                    .setLatents(LatentsArtifact.newBuilder().setArtifact(keptFile(item))));
        }
        return Events.work(WorkEvent.newBuilder().setDone(done));
    }
}
