package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.Component;
import io.darkroom.inference.text.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** CLIP's text encoder. */
public final class TextEncoder {
    private static final String IDS = "input_ids";
    private static final String POOLED = "pooler_output";
    private static final String NORMED = "last_hidden_state";

    private final Device device;
    private final Network network;
    private final Set<String> outputs;

    TextEncoder(Device device, Network network, Component component) {
        this.device = device;
        this.network = network;
        this.outputs = Set.copyOf(
                component.graph().outputs().stream().map(port -> port.name()).toList());
    }

    /**
     * What the encoder made of some prompts.
     *
     * @param hidden {@code [prompts, tokens, width]}
     * @param pooled {@code [prompts, width]}, where it was asked for
     */
    public record Encoding(Tensor hidden, Optional<Tensor> pooled) {}

    /**
     * The last layer's states after the final normalisation, as Stable Diffusion 1.x takes them.
     */
    public Timed<Encoding> lastNormed(List<Tokens> prompts) throws DeviceException, InterruptedException {
        Timed<Map<String, Tensor>> result = run(prompts, Set.of(NORMED));
        return new Timed<>(new Encoding(result.value().get(NORMED), Optional.empty()), result.deviceNanos());
    }

    /**
     * The last layer's states before the final normalisation, and the pooled state, as the latent
     * upscaler wants.
     */
    public Timed<Encoding> lastRaw(List<Tokens> prompts) throws DeviceException, InterruptedException {
        String raw = lastHiddenState();
        Timed<Map<String, Tensor>> result = run(prompts, Set.of(raw, POOLED));
        Map<String, Tensor> outputs = result.value();
        return new Timed<>(new Encoding(outputs.get(raw), Optional.of(outputs.get(POOLED))), result.deviceNanos());
    }

    private String lastHiddenState() throws DeviceException {
        int last = -1;
        while (outputs.contains("hidden_states." + (last + 1))) {
            last++;
        }
        if (last < 0 || !outputs.contains(POOLED)) {
            throw new DeviceException(
                    DeviceException.Kind.INTERNAL,
                    "the text encoder must give hidden_states.0 and on and " + POOLED + ", but gives " + outputs);
        }
        return "hidden_states." + last;
    }

    private Timed<Map<String, Tensor>> run(List<Tokens> prompts, Set<String> wanted)
            throws DeviceException, InterruptedException {
        int length = prompts.getFirst().ids().length;
        return device.call(() -> network.run(
                Map.of(IDS, List.of(prompts.size(), length)),
                inputs -> {
                    for (int row = 0; row < prompts.size(); row++) {
                        for (int i = 0; i < length; i++) {
                            inputs.buffer(IDS)
                                    .put(row * length + i, prompts.get(row).ids()[i]);
                        }
                    }
                },
                wanted));
    }
}
