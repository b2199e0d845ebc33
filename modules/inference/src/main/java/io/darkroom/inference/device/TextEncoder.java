package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.Component;
import io.darkroom.inference.onnx.NormedLayers;
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
    private static final String PROJECTED = "text_embeds";

    private final Device device;
    private final Network network;
    private final Set<String> outputs;
    private final Loaded<Optional<Network>> withLayers;

    /**
     * @param withLayers the same network with the outputs of {@link NormedLayers}
     */
    TextEncoder(Device device, Network network, Component component, Loaded<Optional<Network>> withLayers) {
        this.device = device;
        this.network = network;
        this.withLayers = withLayers;
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
     * The same after fewer layers, as {@code clip_skip} wants; the network is loaded a second time for it.
     *
     * @param layers how many layers are run, 0 and up
     * @return empty if the exported graph does not show its layers
     */
    public Optional<Timed<Encoding>> normedAfter(int layers, List<Tokens> prompts)
            throws DeviceException, InterruptedException {
        Optional<Network> shown = withLayers.get();
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        String states = NormedLayers.output(layers);
        Timed<Map<String, Tensor>> result = run(shown.get(), prompts, Set.of(states));
        return Optional.of(
                new Timed<>(new Encoding(result.value().get(states), Optional.empty()), result.deviceNanos()));
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

    /**
     * The states of the layer before the last, and the projected text where the encoder has one, as SDXL wants.
     *
     * @param skipped how many layers before that are left out too
     */
    public Timed<Encoding> beforeLast(List<Tokens> prompts, int skipped) throws DeviceException, InterruptedException {
        String states = "hidden_states." + (layers() - 1 - skipped);
        boolean projects = outputs.contains(PROJECTED);
        if (!outputs.contains(states)) {
            throw missing(states);
        }
        Timed<Map<String, Tensor>> result = run(prompts, projects ? Set.of(states, PROJECTED) : Set.of(states));
        Map<String, Tensor> outputs = result.value();
        return new Timed<>(
                new Encoding(outputs.get(states), Optional.ofNullable(outputs.get(PROJECTED))), result.deviceNanos());
    }

    /** The last layer's states after the final normalisation, and the projected text, as Kandinsky's prior wants. */
    public Timed<Encoding> projected(List<Tokens> prompts) throws DeviceException, InterruptedException {
        Timed<Map<String, Tensor>> result = run(prompts, Set.of(NORMED, PROJECTED));
        Map<String, Tensor> outputs = result.value();
        return new Timed<>(
                new Encoding(outputs.get(NORMED), Optional.of(outputs.get(PROJECTED))), result.deviceNanos());
    }

    /** The states of layer n are those after n layers; -1 where the encoder gives none. */
    private int layers() {
        int last = -1;
        while (outputs.contains("hidden_states." + (last + 1))) {
            last++;
        }
        return last;
    }

    private DeviceException missing(String wanted) {
        return new DeviceException(
                DeviceException.Kind.INTERNAL, "the text encoder must give " + wanted + ", but gives " + outputs);
    }

    private String lastHiddenState() throws DeviceException {
        if (layers() < 0 || !outputs.contains(POOLED)) {
            throw missing("hidden_states.0 and on and " + POOLED);
        }
        return "hidden_states." + layers();
    }

    private Timed<Map<String, Tensor>> run(List<Tokens> prompts, Set<String> wanted)
            throws DeviceException, InterruptedException {
        return run(network, prompts, wanted);
    }

    private Timed<Map<String, Tensor>> run(Network of, List<Tokens> prompts, Set<String> wanted)
            throws DeviceException, InterruptedException {
        int length = prompts.getFirst().ids().length;
        return device.call(() -> of.run(
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
