package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Tells pictures that should not be shown. Each is a call of its own, so that steps of other jobs come in between. */
public final class SafetyChecker {
    private static final String INPUT = "clip_input";
    private static final String VERDICT = "nsfw_content_detected";

    private final Device device;
    private final Network network;

    SafetyChecker(Device device, Network network) {
        this.device = device;
        this.network = network;
    }

    /**
     * @param prepared {@code [n, 3, side, side]}, normalised as the checker's settings say
     * @return for each picture whether it should not be shown
     */
    public Timed<List<Boolean>> check(Tensor prepared) throws DeviceException, InterruptedException {
        List<Boolean> verdicts = new ArrayList<>();
        long nanos = 0;
        for (int i = 0; i < prepared.rows(); i++) {
            Tensor row = prepared.row(i);
            Timed<Boolean> verdict =
                    device.call(() -> network.run(INPUT, row, VERDICT).data()[0] > 0);
            nanos += verdict.deviceNanos();
            verdicts.add(verdict.value());
        }
        return new Timed<>(List.copyOf(verdicts), nanos);
    }
}
