package io.darkroom.worker.execution;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.pipelines.Decoded;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Pipelines;
import io.darkroom.pipelines.StageException;
import io.darkroom.pipelines.Timings;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.image.ImageSequence;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The images of a stage's latents, each decoded by the device when it is asked for. Of one thread. */
final class DecodedImages implements ImageSequence {
    private final Pipelines pipelines;
    private final ModelFolder model;
    private final Picture.Latents latents;
    private final String stage;
    private final StopSignal stop;
    private final DeviceTime spent;
    private final Map<Integer, Boolean> nsfw = new HashMap<>();
    private Timings timings = Timings.NONE;

    /**
     * @param stage that is told of in a fault
     * @param spent to which what the device took is added
     */
    DecodedImages(
            Pipelines pipelines,
            ModelFolder model,
            Picture.Latents latents,
            String stage,
            StopSignal stop,
            DeviceTime spent) {
        this.pipelines = pipelines;
        this.model = model;
        this.latents = latents;
        this.stage = stage;
        this.stop = stop;
        this.spent = spent;
    }

    @Override
    public int count() {
        return latents.count();
    }

    @Override
    public RgbImage image(int index) throws WorkFault, StoppedException, InterruptedException {
        stop.check();
        Tensor row = latents.scaledLatents().row(index);
        try {
            Decoded decoded = pipelines.decode(model, new Picture.Latents(row, latents.vaeDigest()));
            timings = timings.plus(decoded.timings());
            spent.add(decoded.timings());
            decoded.nsfwDetected().forEach(verdict -> nsfw.put(index, verdict));
            return decoded.images().images().getFirst();
        } catch (StageException e) {
            throw StageFaults.of(e).at(stage);
        }
    }

    @Override
    public Optional<Boolean> nsfwDetected(int index) {
        return Optional.ofNullable(nsfw.get(index));
    }

    /** Of all that has been decoded so far. */
    Timings timings() {
        return timings;
    }
}
