package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.sampler.SamplerOptionException;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.ModelNetworks;
import io.darkroom.inference.device.NetworksLease;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** One run of one stage: its clock, its warnings, and the wait for its denoising. */
final class StageRun implements AutoCloseable {
    private final Device device;
    private final Optional<ModelFolder> model;
    private final Adapters adapters;
    private final Optional<NetworksLease> networks;
    private final Progress progress;
    private final SharedEncodings shared;
    private final List<String> warnings = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private long encodingDeviceNanos;
    private long denoisingNanos;

    /**
     * @param shared with other runs of the same stage
     */
    StageRun(Device device, ModelFolder model, Adapters adapters, SharedEncodings shared, StageListener listener)
            throws StageException {
        try {
            this.networks = Optional.of(device.networks(model, adapters.loras()));
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
        this.device = device;
        this.model = Optional.of(model);
        this.adapters = adapters;
        this.shared = shared;
        this.progress = new Progress(listener);
    }

    /** A run that makes no pictures, so that it needs no model of any. */
    StageRun(Device device, StageListener listener) {
        this.device = device;
        this.model = Optional.empty();
        this.networks = Optional.empty();
        this.adapters = Adapters.NONE;
        this.shared = new SharedEncodings();
        this.progress = new Progress(listener);
    }

    Device device() {
        return device;
    }

    ModelFolder model() {
        return model.orElseThrow();
    }

    Adapters adapters() {
        return adapters;
    }

    /** The model's networks as the stage's adapters make them. */
    ModelNetworks networks() {
        return networks.orElseThrow().networks();
    }

    /** Lets go of the networks; nothing of the stage may be running. */
    @Override
    public void close() {
        networks.ifPresent(NetworksLease::close);
    }

    SharedEncodings shared() {
        return shared;
    }

    /** {@link VaeCoding#moments} of the model's own VAE, once for all runs that share their encodings. */
    Tensor moments(VaeCoding vae, Tensor pixels) throws StageException, InterruptedException {
        Timed<Tensor> moments = shared.picture(pixels, () -> vae.moments(pixels));
        spent(moments.deviceNanos());
        return moments.value();
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
     * Denoises to the end with the model's own network, in one batch with whatever else the device has to do.
     *
     * @param latents to start from, as noisy as the sampler's first call wants them
     */
    StageOutcome denoise(
            Preconditioning preconditioning,
            Denoising.Conditions conditions,
            Sampler sampler,
            NoiseSource noise,
            Tensor latents)
            throws StageException, StageCancelledException, InterruptedException {
        try {
            return denoise(networks().unet(), preconditioning, conditions, sampler, noise, latents);
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    /** The same with another network. */
    StageOutcome denoise(
            UNet unet,
            Preconditioning preconditioning,
            Denoising.Conditions conditions,
            Sampler sampler,
            NoiseSource noise,
            Tensor latents)
            throws StageException, StageCancelledException, InterruptedException {
        Tensor denoised = advance(unet, preconditioning, conditions, sampler, noise, latents);
        try {
            return outcome(new Picture.Latents(denoised, model().vaeDigest()));
        } catch (ModelException e) {
            throw Failures.of(e);
        }
    }

    /** A part of a stage that denoises more than once. */
    Tensor advance(
            UNet unet,
            Preconditioning preconditioning,
            Denoising.Conditions conditions,
            Sampler sampler,
            NoiseSource noise,
            Tensor latents)
            throws StageException, StageCancelledException, InterruptedException {
        try {
            sampler.requireComputable();
            long start = System.nanoTime();
            Denoising task = new Denoising(unet, preconditioning, conditions, sampler, noise, latents, progress);
            await(device.join(task));
            denoisingNanos += System.nanoTime() - start;
            return task.latents();
        } catch (SamplerOptionException e) {
            throw Failures.of(e);
        }
    }

    /** What came out, with what it cost. */
    StageOutcome outcome(Picture.Latents latents) {
        return new StageOutcome(latents, warnings, timings());
    }

    /** What it cost until now. */
    Timings timings() {
        long encodingNanos = System.nanoTime() - startNanos - denoisingNanos;
        return new Timings(encodingNanos, denoisingNanos, 0, encodingDeviceNanos + progress.deviceNanos());
    }

    private void await(CompletableFuture<Void> done)
            throws StageException, StageCancelledException, InterruptedException {
        try {
            done.get();
        } catch (CancellationException e) {
            throw new StageCancelledException(timings().deviceNanos());
        } catch (InterruptedException e) {
            progress.abandon();
            throw e;
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case DeviceException fault -> Failures.of(fault);
                case OutOfMemoryError memory ->
                    new StageException(StageException.Kind.RESOURCES, "the worker ran out of memory", memory);
                case Throwable fault ->
                    new StageException(StageException.Kind.INTERNAL, "denoising failed: " + fault, fault);
            };
        }
    }
}
