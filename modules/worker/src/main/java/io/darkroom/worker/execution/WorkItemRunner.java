package io.darkroom.worker.execution;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
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
import io.darkroom.worker.model.WorkerModels;
import io.darkroom.worker.progress.ItemProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
            HandoverWriter handover) {
        this.stages = new StageRunner(pipelines, models);
        this.inputs = inputs;
        this.publisher = publisher;
        this.handover = handover;
    }

    WorkDone run(WorkItem item, AttemptKey attempt, StopSignal stop, ItemProgress progress)
            throws WorkFault, StoppedException, InterruptedException {
        stages.requireModels(item.getStagesList());
        Optional<Picture> picture = inputs.read(item, stop);
        Map<String, StageInputs> named = inputs.stageInputs(item, stop);
        List<StageResult> results = new ArrayList<>();
        for (WorkStage stage : item.getStagesList()) {
            stop.check();
            progress.stageStarted(stage.getId());
            StageResult result = runStage(stage, picture, named.get(stage.getId()), stop, progress);
            progress.stageFinished(stage.getId());
            results.add(result);
            picture = Optional.of(result.picture());
        }
        return write(item, attempt, results, stop);
    }

    private StageResult runStage(
            WorkStage stage, Optional<Picture> input, StageInputs named, StopSignal stop, ItemProgress progress)
            throws WorkFault, StoppedException, InterruptedException {
        try {
            return stages.run(stage, input, named, stop, progress);
        } catch (WorkFault e) {
            throw e.at(stage.getId());
        }
    }

    private WorkDone write(WorkItem item, AttemptKey attempt, List<StageResult> results, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        WorkDone.Builder done = WorkDone.newBuilder().setAttempt(attempt).setPool(item.getPool());
        for (int i = 0; i < results.size(); i++) {
            WorkStage stage = item.getStages(i);
            StageResult result = results.get(i);
            Timings timings = result.timings();
            if (stage.getPublish()) {
                Decoded decoded = stages.pixels(stage, result.picture());
                timings = timings.plus(decoded.timings());
                done.addAllImages(publisher.publish(item, stage, decoded.images(), stop));
            }
            done.addReports(report(stage, result.warnings(), timings));
        }
        addHandover(done, item, results, stop);
        return done.build();
    }

    private void addHandover(WorkDone.Builder done, WorkItem item, List<StageResult> results, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        Picture last = results.getLast().picture();
        WorkStage lastStage = item.getStages(item.getStagesCount() - 1);
        if (item.getHandover() == Handover.HANDOVER_LATENTS) {
            done.addHandover(handover.latents(item, last, stop));
        } else if (item.getHandover() == Handover.HANDOVER_IMAGES) {
            done.addAllHandover(
                    handover.images(item, stages.pixels(lastStage, last).images(), stop));
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
