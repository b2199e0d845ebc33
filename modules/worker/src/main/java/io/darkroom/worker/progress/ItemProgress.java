package io.darkroom.worker.progress;

import io.darkroom.contract.status.JobProgress.Phase;
import io.darkroom.contract.wire.WorkItem;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The progress of one work item. Every method returns at once. */
public final class ItemProgress implements AutoCloseable {

    private final ProgressReporter reporter;
    private final WorkItem item;
    private final AtomicReference<Optional<StageProgress>> unsent = new AtomicReference<>(Optional.empty());

    ItemProgress(ProgressReporter reporter, WorkItem item) {
        this.reporter = reporter;
        this.item = item;
    }

    public void stageStarted(String stage) {
        reporter.later(() -> reporter.send(item, StageProgress.of(stage, Phase.STARTED)));
    }

    /** {@code done} of {@code of} UNet calls are over; only the newest of each interval is sent. */
    public void step(String stage, int done, int of) {
        unsent.set(Optional.of(StageProgress.denoising(stage, done, of)));
    }

    public void stageFinished(String stage) {
        reporter.later(() -> {
            sendNewSteps();
            reporter.send(item, StageProgress.of(stage, Phase.FINISHED));
        });
    }

    @Override
    public void close() {
        reporter.forget(this);
    }

    void sendNewSteps() {
        unsent.getAndSet(Optional.empty()).ifPresent(stage -> reporter.send(item, stage));
    }
}
