package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
            Timed<Boolean> verdict = device.call(() -> one(row));
            nanos += verdict.deviceNanos();
            verdicts.add(verdict.value());
        }
        return new Timed<>(List.copyOf(verdicts), nanos);
    }

    private boolean one(Tensor row) throws DeviceException {
        List<Integer> shape = Arrays.stream(row.shape()).boxed().toList();
        Tensor verdict = network.run(
                        Map.of(INPUT, shape),
                        inputs -> inputs.buffer(INPUT).put(0, row.data(), 0, row.size()),
                        Set.of(VERDICT))
                .get(VERDICT);
        return verdict.data()[0] > 0;
    }
}
