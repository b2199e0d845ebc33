package io.darkroom.worker.execution;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.work.Handovers;
import io.darkroom.images.ImageLimits;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Pipelines;
import io.darkroom.pipelines.Timings;
import io.darkroom.worker.artifact.HandoverWriter;
import io.darkroom.worker.artifact.InputReader;
import io.darkroom.worker.artifact.PicturePublisher;
import io.darkroom.worker.artifact.StageInputs;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.execution.StageRunner.StageResult;
import io.darkroom.worker.image.ImageCache;
import io.darkroom.worker.image.StageValue;
import io.darkroom.worker.memory.MemoryShare;
import io.darkroom.worker.model.ModelLease;
import io.darkroom.worker.model.WorkerModels;
import io.darkroom.worker.progress.ItemProgress;
import java.util.List;

/**
 * Computes one work item: reads its inputs, runs its stages without leaving the device, then writes
 * what the job's result and the next work item need. When this returns, every artifact that the
 * event will name is in the store.
 */
public final class WorkItemRunner {

    /** Of a work item whose router did not say. */
    private static final long UNKNOWN_BYTES = 32L << 20;

    private final StageRunner stages;
    private final InputReader inputs;
    private final PicturePublisher publisher;
    private final HandoverWriter handover;
    private final MemoryShare memory;

    /** @param memory lends what a whole work item holds */
    public WorkItemRunner(
            Pipelines pipelines,
            WorkerModels models,
            InputReader inputs,
            PicturePublisher publisher,
            HandoverWriter handover,
            ImageLimits limits,
            MemoryShare memory) {
        this.stages = new StageRunner(pipelines, models, new PictureCollections(limits));
        this.inputs = inputs;
        this.publisher = publisher;
        this.handover = handover;
        this.memory = memory;
    }

    /**
     * @param spent to which what stages took of the device is added as they end, also if the work item fails later
     */
    WorkDone run(WorkItem item, AttemptKey attempt, StopSignal stop, ItemProgress progress, DeviceTime spent)
            throws WorkFault, StoppedException, InterruptedException {
        List<WorkStage> all = item.getStagesList();
        try (ModelLease unused = stages.requireModels(all, stop);
                MemoryShare.Lease _ = memory.reserve(bytes(item), stop)) {
            stages.loadAhead(all);
            return runHere(item, attempt, stop, progress, spent);
        }
    }

    private static long bytes(WorkItem item) {
        return item.getMemoryBytes() == 0 ? UNKNOWN_BYTES : item.getMemoryBytes();
    }

    private WorkDone runHere(
            WorkItem item, AttemptKey attempt, StopSignal stop, ItemProgress progress, DeviceTime spent)
            throws WorkFault, StoppedException, InterruptedException {
        ImageCache cache = new ImageCache();
        StageOutputs outputs = new StageOutputs(item, inputs.read(item, cache, stop), cache, stages, stop, spent);
        for (WorkStage stage : item.getStagesList()) {
            stop.check();
            progress.stageStarted(stage.getId());
            StageResult result = runStage(item, stage, outputs, stop, progress, spent);
            spent.add(result.timings());
            outputs.add(result);
            progress.stageFinished(stage.getId());
        }
        return write(item, attempt, outputs, stop);
    }

    private StageResult runStage(
            WorkItem item,
            WorkStage stage,
            StageOutputs outputs,
            StopSignal stop,
            ItemProgress progress,
            DeviceTime spent)
            throws WorkFault, StoppedException, InterruptedException {
        try {
            if (stage.hasDecode()) {
                return new StageResult(new StageValue.Pixels(outputs.decoded()), List.of(), Timings.NONE);
            }
            StageInputs named = inputs.stageInputs(item, stage, stop);
            return stages.run(stage, outputs.inputs(), named, stop, progress, spent);
        } catch (WorkFault e) {
            throw e.at(stage.getId());
        }
    }

    private WorkDone write(WorkItem item, AttemptKey attempt, StageOutputs outputs, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        WorkDone.Builder done = WorkDone.newBuilder()
                .setAttempt(attempt)
                .setPool(item.getPool())
                .setToken(item.getToken());
        for (int i = 0; i < item.getStagesCount(); i++) {
            WorkStage stage = item.getStages(i);
            if (stage.getPublish()) {
                try {
                    done.addAllImages(publisher.publish(item, stage, outputs.pixels(i), stop));
                } catch (WorkFault e) {
                    throw e.at(stage.getId());
                }
            }
        }
        for (int i = 0; i < item.getStagesCount(); i++) {
            addHandover(done, item, i, outputs, stop);
        }
        // Last, since images are decoded while they are written.
        for (int i = 0; i < item.getStagesCount(); i++) {
            done.addReports(report(item.getStages(i), outputs.result(i).warnings(), outputs.timings(i)));
        }
        return done.build();
    }

    private void addHandover(WorkDone.Builder done, WorkItem item, int position, StageOutputs outputs, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        String stage = item.getStages(position).getId();
        switch (Handovers.of(item.getStagesList(), position, item.getHandover())) {
            case HANDOVER_LATENTS, HANDOVER_EMBEDS -> {
                long inline = done.getHandoverList().stream()
                        .mapToLong(WorkInput::getSerializedSize)
                        .sum();
                Picture tensors = outputs.result(position).value().picture();
                done.addHandover(handover.tensors(item, tensors, inline, stop).toBuilder()
                        .setStage(stage));
            }
            case HANDOVER_IMAGES ->
                handover.images(item, outputs.pixels(position), stop)
                        .forEach(image -> done.addHandover(image.toBuilder().setStage(stage)));
            case HANDOVER_NONE, UNRECOGNIZED -> {}
        }
    }

    private static StageReport report(WorkStage stage, List<String> warnings, Timings timings) {
        return StageReport.newBuilder()
                .setStage(stage.getId())
                .setModel(stage.getModel())
                .setModelDigest(stage.getModelDigest())
                .setComputeMillis(millis(timings.wallNanos()))
                .setDeviceMillis(millis(timings.deviceNanos()))
                .addAllWarnings(warnings)
                .build();
    }

    private static long millis(long nanos) {
        return Math.round(nanos / 1e6);
    }
}
