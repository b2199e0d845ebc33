package io.darkroom.inference.batch;

import io.darkroom.diffusion.random.TorchGenerator;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.Map;

/** A task that follows the network's prediction for some steps from noise of its own. */
final class Walk implements DenoisingTask {
    private final UNet unet;
    private final float firstTimestep;
    private final int steps;
    private final Map<String, Tensor> conditions;
    private Tensor latents;
    private int done;
    private boolean cancelled;

    /**
     * @param width of the text encoder's states
     */
    Walk(UNet unet, long seed, int rows, int side, int width, float firstTimestep, int steps) {
        TorchGenerator random = new TorchGenerator(seed);
        this.unet = unet;
        this.firstTimestep = firstTimestep;
        this.steps = steps;
        this.latents = random.randn(rows, 4, side, side);
        this.conditions = Map.of("encoder_hidden_states", random.randn(rows, 77, width));
    }

    @Override
    public UNetRows next() {
        return new UNetRows(unet, latents, firstTimestep - 10 * done, conditions);
    }

    @Override
    public void accept(Tensor prediction, long deviceNanos) {
        latents = latents.minus(prediction.times(0.1f));
        done++;
    }

    @Override
    public boolean finished() {
        return done == steps;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }

    /** The next prediction is asked for values that are no numbers. */
    void poison() {
        latents = latents.times(Float.NaN);
    }

    int done() {
        return done;
    }

    Tensor latents() {
        return latents;
    }
}
