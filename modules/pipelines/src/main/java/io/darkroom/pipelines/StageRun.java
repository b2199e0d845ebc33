package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.DenoisingTask;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** One run of one stage: its clock, its warnings, and the wait for its denoising. */
final class StageRun {
    private final Device device;
    private final ModelFolder model;
    private final Progress progress;
    private final List<String> warnings = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private long encodingDeviceNanos;

    StageRun(Device device, ModelFolder model, StageListener listener) {
        this.device = device;
        this.model = model;
        this.progress = new Progress(listener);
    }

    Device device() {
        return device;
    }

    ModelFolder model() {
        return model;
    }

    Progress progress() {
        return progress;
    }

    List<String> warnings() {
        return warnings;
    }

    /** Counts device time that was spent before the first step. */
    void spent(long deviceNanos) {
        encodingDeviceNanos += deviceNanos;
    }

    /**
     * Puts the task into the batch and waits until it is over.
     *
     * @param latents what the task holds when it has finished
     */
    StageOutcome finish(DenoisingTask task, Supplier<Tensor> latents)
            throws StageException, StageCancelledException, InterruptedException {
        long denoisingStart = System.nanoTime();
        await(device.join(task));
        long end = System.nanoTime();
        Timings timings = new Timings(
                denoisingStart - startNanos, end - denoisingStart, 0, encodingDeviceNanos + progress.deviceNanos());
        try {
            return new StageOutcome(new Picture.Latents(latents.get(), model.vaeDigest()), warnings, timings);
        } catch (ModelException e) {
            throw Failures.of(e);
        }
    }

    private void await(CompletableFuture<Void> done)
            throws StageException, StageCancelledException, InterruptedException {
        try {
            done.get();
        } catch (CancellationException e) {
            throw new StageCancelledException();
        } catch (InterruptedException e) {
            progress.abandon();
            throw e;
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case DeviceException fault -> Failures.of(fault);
                case Throwable fault ->
                    new StageException(StageException.Kind.INTERNAL, "denoising failed: " + fault, fault);
            };
        }
    }
}
