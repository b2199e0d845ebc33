package io.darkroom.router.job;

import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.Text2Img;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.WorkStarted;
import io.darkroom.contract.wire.router.CancelAsked;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.JobRefused;
import io.darkroom.contract.wire.router.JobSubmitted;
import io.darkroom.contract.wire.router.RefusalFault;
import io.darkroom.contract.wire.router.ReplayAsked;
import io.darkroom.contract.wire.router.ReprioritiseAsked;
import io.darkroom.contract.wire.router.TimerPassed;
import io.darkroom.contract.wire.router.WorkReleased;
import io.darkroom.contract.wire.router.WorkTurnedAway;
import java.time.Duration;

/** Events of the job "t/j", whose plan is one work item that hands latents to two others. */
final class Events {
    static final Duration DEADLINE = Duration.ofMinutes(30);
    static final Duration ATTEMPT_LIMIT = Duration.ofMinutes(5);
    static final int ITEMS = 3;

    private static final Plan PLAN = Plan.newBuilder()
            .addItems(item("draft", false, Handover.HANDOVER_LATENTS))
            .addItems(item("left", true, Handover.HANDOVER_NONE).setItem(0))
            .addItems(item("right", true, Handover.HANDOVER_NONE).setItem(0))
            .setOutputUri("s3://renders/j/")
            .build();

    private Events() {}

    static JobEvent submitted() {
        return submitted("hash");
    }

    static JobEvent submitted(String contentHash) {
        return event().setSubmitted(JobSubmitted.newBuilder()
                        .putLabels("sku", "88-1")
                        .setDeadlineMillis(DEADLINE.toMillis())
                        .setContentHash(contentHash)
                        .setPriority(Priority.PRIORITY_STANDARD)
                        .setPlan(PLAN))
                .build();
    }

    /** A job of one work item, without a deadline. */
    static JobEvent submittedCosting(long cost) {
        return event().setSubmitted(JobSubmitted.newBuilder()
                        .setContentHash("hash")
                        .setPlan(Plan.newBuilder()
                                .addItems(item("left", true, Handover.HANDOVER_NONE)
                                        .clearAttemptLimitMillis()
                                        .setExpectedCost(cost))
                                .setOutputUri("s3://renders/j/")))
                .build();
    }

    static JobEvent refused() {
        return event().setRefused(JobRefused.newBuilder()
                        .setErrorCode("INVALID_REQUEST")
                        .addFaults(RefusalFault.newBuilder()
                                .setPath("stages[0].strength")
                                .setMessage("1.4 is outside 0..1")))
                .build();
    }

    static JobEvent cancel() {
        return event().setCancel(CancelAsked.newBuilder().setReason("not needed"))
                .build();
    }

    static JobEvent reprioritise(Priority priority) {
        return event().setReprioritise(ReprioritiseAsked.newBuilder().setPriority(priority))
                .build();
    }

    static JobEvent replay(Priority priority) {
        return event().setReplay(ReplayAsked.newBuilder().setPriority(priority)).build();
    }

    static JobEvent turnedAway(int item, int attempt) {
        return event().setTurnedAway(WorkTurnedAway.newBuilder()
                        .setAttempt(key(1, item, attempt))
                        .setMessage("full"))
                .build();
    }

    static JobEvent timerDue() {
        return event().setTimerDue(TimerPassed.getDefaultInstance()).build();
    }

    static JobEvent released(int item, int attempt) {
        return event().setReleased(WorkReleased.newBuilder().setAttempt(key(1, item, attempt)))
                .build();
    }

    static JobEvent started(int item, int attempt, String worker) {
        return work(WorkEvent.newBuilder()
                .setWorkerIncarnation(worker)
                .setStarted(WorkStarted.newBuilder().setAttempt(key(1, item, attempt))));
    }

    static JobEvent done(int item, int attempt) {
        return done(1, item, attempt);
    }

    /** What the plan asks of that work item; the pictures' URIs name the attempt. */
    static JobEvent done(int run, int item, int attempt) {
        WorkDone.Builder done = WorkDone.newBuilder().setAttempt(key(run, item, attempt));
        WorkStage stage = PLAN.getItems(item).getStages(0).getWork();
        if (stage.getPublish()) {
            done.addImages(PublishedImage.newBuilder()
                    .setStage(stage.getId())
                    .setArtifact(file("s3://renders/j/", run, item, attempt, "png")));
        }
        if (PLAN.getItems(item).getHandover() == Handover.HANDOVER_LATENTS) {
            done.addHandover(WorkInput.newBuilder()
                    .setInlineLatents(InlineLatents.newBuilder().setVaeDigest("vae")));
        }
        return work(WorkEvent.newBuilder().setDone(done));
    }

    /** Where the attempt's files belong. */
    static ArtifactPointer file(String prefix, int run, int item, int attempt, String extension) {
        String sha256 = "c".repeat(64);
        return ArtifactPointer.newBuilder()
                .setUri(prefix + "t/j/" + run + "/" + item + "/" + attempt + "/" + sha256 + "." + extension)
                .setSha256(sha256)
                .setBytes(100)
                .build();
    }

    static JobEvent failed(int item, int attempt, String code) {
        return work(WorkEvent.newBuilder()
                .setFailed(WorkFailed.newBuilder()
                        .setAttempt(key(1, item, attempt))
                        .setErrorCode(code)
                        .setStage("draft")
                        .setMessage("it went wrong")));
    }

    static JobEvent work(WorkEvent.Builder event) {
        return event().setWork(event).build();
    }

    static AttemptKey key(int run, int item, int attempt) {
        return AttemptKey.newBuilder()
                .setJob(JobKey.newBuilder().setTenant("t").setId("j").setRun(run))
                .setIndex(item)
                .setAttempt(attempt)
                .build();
    }

    private static JobEvent.Builder event() {
        return JobEvent.newBuilder().setTenant("t").setId("j");
    }

    private static PlannedItem.Builder item(String stage, boolean publish, Handover handover) {
        return PlannedItem.newBuilder()
                .setPool("pool-of-" + stage)
                .setHandover(handover)
                .setAttemptLimitMillis(ATTEMPT_LIMIT.toMillis())
                .addStages(PlannedStage.newBuilder()
                        .setImages(1)
                        .setWork(WorkStage.newBuilder()
                                .setId(stage)
                                .setPublish(publish)
                                .setText2Img(Text2Img.getDefaultInstance())));
    }
}
