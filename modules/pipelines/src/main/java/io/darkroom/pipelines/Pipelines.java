package io.darkroom.pipelines;

import io.darkroom.inference.device.Device;
import io.darkroom.inference.model.ModelFolder;

import java.util.Objects;
import java.util.Optional;

/**
 * Runs stages on one device. Safe for many threads: each call blocks its own thread while the
 * device advances the stages of all callers together.
 */
public final class Pipelines {
    private final Device device;
    private final PipelineLimits limits;

    public Pipelines(Device device) {
        this(device, PipelineLimits.DEFAULT);
    }

    public Pipelines(Device device, PipelineLimits limits) {
        this.device = Objects.requireNonNull(device, "device");
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /**
     * Runs one stage to its end.
     *
     * @param input what to start from; empty for text2img, needed for all others
     * @throws StageException if the stage cannot give a picture
     * @throws StageCancelledException if the listener asked for the end
     * @throws InterruptedException if the caller was interrupted; the stage leaves the batch at its
     *     next step
     */
    public StageOutcome run(StageCall call, Optional<Picture> input, StageListener listener)
            throws StageException, StageCancelledException, InterruptedException {
        throw new StageException(StageException.Kind.INTERNAL, "not there yet: " + device + limits);
    }

    /** Pixels of latents that belong to the model's VAE. */
    public Decoded decode(ModelFolder model, Picture.Latents latents)
            throws StageException, InterruptedException {
        throw new StageException(StageException.Kind.INTERNAL, "not there yet");
    }

    /**
     * Latents of pixels, for a model whose VAE differs from that of the stage before.
     *
     * @param seeds the posterior's draw, one generator for all or one per picture
     */
    public Encoded encode(ModelFolder model, Picture.Images images, Seeds seeds)
            throws StageException, InterruptedException {
        throw new StageException(StageException.Kind.INTERNAL, "not there yet");
    }
}
