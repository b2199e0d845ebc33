package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One half of the autoencoder: pictures to latents' moments, or latents to pictures. Each picture
 * is a call of its own, so that memory does not grow with the batch and steps of other jobs come in
 * between.
 */
public final class Vae {
    private final Device device;
    private final Network network;
    private final String input;
    private final String output;

    private Vae(Device device, Network network, String input, String output) {
        this.device = device;
        this.network = network;
        this.input = input;
        this.output = output;
    }

    static Vae encoder(Device device, Network network) {
        return new Vae(device, network, "sample", "latent_parameters");
    }

    /** MoVQ's, which gives latents. */
    static Vae latentEncoder(Device device, Network network) {
        return new Vae(device, network, "sample", "latents");
    }

    static Vae decoder(Device device, Network network) {
        return new Vae(device, network, "latent_sample", "sample");
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
            Timed<Tensor> coded = device.call(() -> one(row));
            nanos += coded.deviceNanos();
            done.add(coded.value());
        }
        return new Timed<>(Tensor.concat(done), nanos);
    }

    private Tensor one(Tensor row) throws DeviceException {
        List<Integer> shape = Arrays.stream(row.shape()).boxed().toList();
        return network.run(
                        Map.of(input, shape),
                        inputs -> inputs.buffer(input).put(0, row.data(), 0, row.size()),
                        Set.of(output))
                .get(output);
    }
}
