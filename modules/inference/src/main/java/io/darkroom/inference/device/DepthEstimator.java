package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;

/** A depth estimator on a device. */
public final class DepthEstimator {
    private static final String PIXELS = "pixel_values";
    private static final String DEPTH = "predicted_depth";

    private final Device device;
    private final Network network;

    DepthEstimator(Device device, Network network) {
        this.device = device;
        this.network = network;
    }

    /**
     * Estimates one picture's depth, as a short call between steps.
     *
     * @param pixels {@code [1, 3, height, width]}, prepared as the model wants them
     * @return {@code [1, h, w]}
     */
    public Timed<Tensor> run(Tensor pixels) throws DeviceException, InterruptedException {
        return device.call(() -> {
            Tensor depth = network.run(PIXELS, pixels, DEPTH);
            return depth.rank() == 4 ? depth.reshape(1, depth.dimension(2), depth.dimension(3)) : depth;
        });
    }
}
