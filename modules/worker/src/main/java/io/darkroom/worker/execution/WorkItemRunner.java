package io.darkroom.worker.execution;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.work.Handovers;
import io.darkroom.images.ImageLimits;
import io.darkroom.pipelines.Decoded;
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
import io.darkroom.worker.model.ModelLease;
import io.darkroom.worker.model.WorkerModels;
import io.darkroom.worker.progress.ItemProgress;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Computes one work item: reads its inputs, runs its stages without leaving the device, then writes
 * what the job's result and the next work item need. When this returns, every artifact that the
 * event will name is in the store.
 */
public final class WorkItemRunner {

    private final StageRunner stages;
    private final InputReader inputs;
    private final PicturePublisher publisher;
    private final HandoverWriter handover;

    public WorkItemRunner(
            Pipelines pipelines,
            WorkerModels models,
            InputReader inputs,
            PicturePublisher publisher,
            HandoverWriter handover,
            ImageLimits limits) {
        this.stages = new StageRunner(pipelines, models, new PictureCollections(limits));
        this.inputs = inputs;
        this.publisher = publisher;
        this.handover = handover;
    }

    /**
     * @param spent to which what stages took of the device is added as they end, also if the work item fails later
     */
    WorkDone run(WorkItem item, AttemptKey attempt, StopSignal stop, ItemProgress progress, DeviceTime spent)
            throws WorkFault, StoppedException, InterruptedException {
        List<WorkStage> all = item.getStagesList();
        try (ModelLease unused = stages.requireModels(all, stop)) {
            stages.loadAhead(all);
            return runHere(item, attempt, stop, progress, spent);
        }
    }

    private WorkDone runHere(
            WorkItem item, AttemptKey attempt, StopSignal stop, ItemProgress progress, DeviceTime spent)
            throws WorkFault, StoppedException, InterruptedException {
        Map<String, StageInputs> named = inputs.stageInputs(item, stop);
        StageOutputs outputs = new StageOutputs(item, inputs.read(item, stop), stages);
        for (WorkStage stage : item.getStagesList()) {
            stop.check();
            progress.stageStarted(stage.getId());
            StageResult result = runStage(stage, outputs, named.get(stage.getId()), stop, progress, spent);
            spent.add(result.timings());
            outputs.add(result);
            progress.stageFinished(stage.getId());
        }
        return write(item, attempt, outputs, stop, spent);
    }

    private StageResult runStage(
            WorkStage stage,
            StageOutputs outputs,
            StageInputs named,
            StopSignal stop,
            ItemProgress progress,
            DeviceTime spent)
            throws WorkFault, StoppedException, InterruptedException {
        try {
            OptionalInt decoded = outputs.decodedStage();
            if (decoded.isPresent()) {
                Decoded pixels = outputs.pixels(decoded.getAsInt());
                return new StageResult(pixels.images(), List.of(), pixels.timings());
            }
            return stages.run(stage, outputs.inputs(), named, stop, progress, spent);
        } catch (WorkFault e) {
            throw e.at(stage.getId());
        }
    }

    private WorkDone write(WorkItem item, AttemptKey attempt, StageOutputs outputs, StopSignal stop, DeviceTime spent)
            throws WorkFault, StoppedException, InterruptedException {
        WorkDone.Builder done = WorkDone.newBuilder()
                .setAttempt(attempt)
                .setPool(item.getPool())
                .setToken(item.getToken());
        for (int i = 0; i < item.getStagesCount(); i++) {
            WorkStage stage = item.getStages(i);
            StageResult result = outputs.result(i);
            Timings timings = result.timings();
            if (stage.getPublish()) {
                Decoded decoded = outputs.pixels(i);
                timings = timings.plus(decoded.timings());
                spent.add(decoded.timings());
                done.addAllImages(publisher.publish(item, stage, decoded, stop));
            }
            done.addReports(report(stage, result.warnings(), timings));
        }
        for (int i = 0; i < item.getStagesCount(); i++) {
            addHandover(done, item, i, outputs, stop);
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
                Picture picture = outputs.result(position).picture();
                done.addHandover(handover.tensors(item, picture, inline, stop).toBuilder()
                        .setStage(stage));
            }
            case HANDOVER_IMAGES ->
                handover.images(item, outputs.pixels(position).images(), stop)
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
