package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.inference.model.DepthFolder;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.ServedModel;
import io.darkroom.pipelines.Adapters;
import io.darkroom.pipelines.Encoded;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Pipelines;
import io.darkroom.pipelines.PriorOutcome;
import io.darkroom.pipelines.StageCall;
import io.darkroom.pipelines.StageCancelledException;
import io.darkroom.pipelines.StageException;
import io.darkroom.pipelines.StageListener;
import io.darkroom.pipelines.StageOutcome;
import io.darkroom.pipelines.Timings;
import io.darkroom.worker.artifact.StageInputs;
import io.darkroom.worker.artifact.StageVariants;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.image.StageValue;
import io.darkroom.worker.model.ModelLease;
import io.darkroom.worker.model.WorkerModels;
import io.darkroom.worker.progress.ItemProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs one stage of a work item on the device. */
final class StageRunner {

    /** What a stage made, and its cost. */
    record StageResult(StageValue value, List<String> warnings, Timings timings) {}

    private final Pipelines pipelines;
    private final WorkerModels models;
    private final PictureCollections collections;

    StageRunner(Pipelines pipelines, WorkerModels models, PictureCollections collections) {
        this.collections = collections;
        this.pipelines = pipelines;
        this.models = models;
    }

    /**
     * Runs it to its end.
     *
     * @param named what the user named for it beside its picture
     * @param spent to which what a stopped stage took of the device is added; its caller adds what one that ended took
     */
    StageResult run(
            WorkStage stage,
            StagePictures pictures,
            StageInputs named,
            StopSignal stop,
            ItemProgress progress,
            DeviceTime spent)
            throws WorkFault, StoppedException, InterruptedException {
        try {
            return switch (stage.getKindCase()) {
                case TEXT2IMG, IMG2IMG, INPAINT, UPSCALE ->
                    denoise(
                            calls(stage, named, pictures),
                            AdapterWire.read(stage, model(stage), models),
                            pictures.picture(),
                            new Listener(stage.getId(), stop, progress));
                case ENCODE -> encode(stage, model(stage), pictures.picture());
                case GRID, ANIMATION -> collections.collect(stage, pictures);
                case CANNY -> PicturePreprocessing.canny(stage.getCanny(), pictures);
                case DEPTH -> PicturePreprocessing.depth(depthModel(stage), pipelines, pictures);
                case PRIOR -> prior(stage, new Listener(stage.getId(), stop, progress));
                case DECODE -> throw new WorkFault(ErrorCode.INTERNAL, "a decode stage does not run by itself");
                case KIND_NOT_SET ->
                    throw new WorkFault(
                            ErrorCode.INTERNAL, "a stage of a kind that this worker does not know; update the worker");
            };
        } catch (StageException e) {
            throw StageFaults.of(e);
        } catch (StageCancelledException e) {
            spent.add(e.deviceNanos());
            stop.check();
            throw new WorkFault(ErrorCode.INTERNAL, "the stage left the batch without a reason", e);
        }
    }

    /**
     * Images of latents, which are decoded one by one as they are asked for.
     *
     * @param stage whose model has the VAE of the latents
     */
    DecodedImages decoding(WorkStage stage, Picture.Latents latents, StopSignal stop, DeviceTime spent)
            throws WorkFault {
        return new DecodedImages(pipelines, model(stage), latents, stage.getId(), stop, spent);
    }

    /**
     * Fails before anything is run, so that a worker without a model does not compute half of a
     * work item. Models that can be pulled are.
     *
     * @return to be held while the stages run
     */
    ModelLease requireModels(List<WorkStage> all, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        ModelLease lease = new StageModels(models).lease(all, stop);
        try {
            for (WorkStage stage : all) {
                requireModels(stage);
            }
            return lease;
        } catch (WorkFault fault) {
            lease.close();
            throw fault;
        }
    }

    /** Lets the models of later stages be loaded while the first runs. LoRAs make other networks of a model, which are not. */
    void loadAhead(List<WorkStage> all) throws WorkFault {
        for (WorkStage stage : all.stream().skip(1).toList()) {
            switch (stage.getKindCase()) {
                case TEXT2IMG, IMG2IMG, INPAINT, UPSCALE -> {
                    if (stage.getAdapters().getLorasCount() == 0) {
                        pipelines.loadAhead(model(stage));
                    }
                }
                case PRIOR, DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH, KIND_NOT_SET -> {}
            }
        }
    }

    private void requireModels(WorkStage stage) throws WorkFault {
        switch (stage.getKindCase()) {
            case TEXT2IMG, IMG2IMG, INPAINT, UPSCALE, DECODE, ENCODE, KIND_NOT_SET -> model(stage);
            case DEPTH -> depthModel(stage);
            case PRIOR -> priorModel(stage);
            case GRID, ANIMATION, CANNY -> {}
        }
        ControlWire.requireModels(stage, models);
        AdapterWire.requireFiles(stage, models);
    }

    private List<StageCall> calls(WorkStage stage, StageInputs named, StagePictures pictures)
            throws WorkFault, StoppedException, InterruptedException {
        List<StageCall> calls = new ArrayList<>();
        for (WorkStage single : StageVariants.of(stage)) {
            calls.add(StageCalls.of(single, model(stage), named, pictures, ControlWire.read(stage, models, pictures)));
        }
        return calls;
    }

    private StageResult denoise(List<StageCall> calls, Adapters adapters, Optional<Picture> input, Listener listener)
            throws StageException, StageCancelledException, InterruptedException {
        StageOutcome outcome = calls.size() == 1
                ? pipelines.run(calls.getFirst(), adapters, input, listener)
                : new StageSweep(pipelines, adapters).run(calls, input, listener);
        return new StageResult(new StageValue.Tensors(outcome.latents()), outcome.warnings(), outcome.timings());
    }

    private StageResult prior(WorkStage stage, Listener listener)
            throws WorkFault, StageException, StageCancelledException, InterruptedException {
        PriorOutcome outcome = pipelines.prior(KandinskyCalls.prior(stage, priorModel(stage)), listener);
        return new StageResult(new StageValue.Tensors(outcome.embeddings()), outcome.warnings(), outcome.timings());
    }

    private StageResult encode(WorkStage stage, ModelFolder model, Optional<Picture> input)
            throws WorkFault, StageException, InterruptedException {
        if (input.isPresent() && input.get() instanceof Picture.Images images) {
            Encoded encoded = pipelines.encode(model, images, StageCalls.seeds(stage));
            return new StageResult(new StageValue.Tensors(encoded.latents()), encoded.warnings(), encoded.timings());
        }
        throw new WorkFault(ErrorCode.INTERNAL, "an encode stage was given no pictures");
    }

    private DepthFolder depthModel(WorkStage stage) throws WorkFault {
        return models.depth(stage.getModelDigest())
                .orElseThrow(() -> StageFaults.missingModel(stage.getModel(), stage.getModelDigest()));
    }

    private ServedModel priorModel(WorkStage stage) throws WorkFault {
        return models.prior(stage.getModelDigest())
                .orElseThrow(() -> StageFaults.missingModel(stage.getModel(), stage.getModelDigest()));
    }

    private ModelFolder model(WorkStage stage) throws WorkFault {
        return models.find(stage.getModelDigest())
                .orElseThrow(() -> StageFaults.missingModel(stage.getModel(), stage.getModelDigest()));
    }

    /** Called on the device's thread. */
    private record Listener(String stage, StopSignal stop, ItemProgress progress) implements StageListener {
        @Override
        public void onStep(int done, int of) {
            progress.step(stage, done, of);
        }

        @Override
        public boolean cancelled() {
            return stop.reason().isPresent();
        }
    }
}
