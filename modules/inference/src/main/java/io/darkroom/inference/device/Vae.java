package io.darkroom.inference.device;

import io.darkroom.diffusion.latent.Tiling;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.VaeShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One half of the autoencoder: pictures to latents' moments, or latents to pictures. Each picture
 * is a call of its own, so that memory does not grow with the batch and steps of other jobs come in
 * between; with tiling each tile of a large one is.
 */
public final class Vae {
    private final Device device;
    private final Network network;
    private final String input;
    private final String output;
    private final Optional<Tiling> tiling;

    private Vae(Device device, Network network, String input, String output, Optional<Tiling> tiling) {
        this.tiling = tiling;
        this.device = device;
        this.network = network;
        this.input = input;
        this.output = output;
    }

    static Vae encoder(Device device, Network network, VaeShape shape) {
        Tiling tiling = new Tiling(shape.sampleSize(), shape.sampleSize() / shape.scaleFactor());
        return new Vae(device, network, "sample", "latent_parameters", wanted(device, tiling));
    }

    /** MoVQ's, which gives latents. */
    static Vae latentEncoder(Device device, Network network) {
        return new Vae(device, network, "sample", "latents", Optional.empty());
    }

    static Vae decoder(Device device, Network network, VaeShape shape) {
        Tiling tiling = new Tiling(shape.sampleSize() / shape.scaleFactor(), shape.sampleSize());
        return new Vae(device, network, "latent_sample", "sample", wanted(device, tiling));
    }

    /** MoVQ's, which diffusers does not cut into tiles. */
    static Vae latentDecoder(Device device, Network network) {
        return new Vae(device, network, "latent_sample", "sample", Optional.empty());
    }

    private static Optional<Tiling> wanted(Device device, Tiling tiling) {
        return device.config().memory().vaeTiling() ? Optional.of(tiling) : Optional.empty();
    }

    /**
     * Runs all rows.
     *
     * @param rows {@code [n, 3, height, width]} in -1..1 for the encoder, {@code [n, channels, h,
     *     w]} unscaled for the decoder
     * @return moments {@code [n, 2 * channels, h, w]} (mean, log-variance), or MoVQ's latents {@code [n, channels, h, w]}, or
     *     pictures
     */
    public Timed<Tensor> run(Tensor rows) throws DeviceException, InterruptedException {
        List<Tensor> done = new ArrayList<>();
        long nanos = 0;
        for (int i = 0; i < rows.rows(); i++) {
            Tensor row = rows.row(i);
            Timed<Tensor> coded = tiling.isPresent() && tiling.get().cuts(row) ? tiled(row, tiling.get()) : whole(row);
            nanos += coded.deviceNanos();
            done.add(coded.value());
        }
        return new Timed<>(Tensor.concat(done), nanos);
    }

    private Timed<Tensor> whole(Tensor row) throws DeviceException, InterruptedException {
        return device.call(() -> network.run(input, row, output));
    }

    private Timed<Tensor> tiled(Tensor row, Tiling tiles) throws DeviceException, InterruptedException {
        List<List<Tensor>> coded = new ArrayList<>();
        long nanos = 0;
        for (List<Tensor> line : tiles.cut(row)) {
            List<Tensor> done = new ArrayList<>();
            for (Tensor tile : line) {
                Timed<Tensor> one = whole(tile);
                nanos += one.deviceNanos();
                done.add(one.value());
            }
            coded.add(done);
        }
        return new Timed<>(tiles.join(coded), nanos);
    }
}
