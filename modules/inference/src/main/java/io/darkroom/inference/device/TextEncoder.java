package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.Component;
import io.darkroom.inference.onnx.NormedLayers;
import io.darkroom.inference.text.TextRow;
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
    private final Loaded<Optional<OpenEncoder>> opened;

    /**
     * @param opened the same network, rewritten to take more and to show more
     */
    TextEncoder(Device device, Network network, Component component, Loaded<Optional<OpenEncoder>> opened) {
        this.device = device;
        this.network = network;
        this.opened = opened;
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
        Timed<Map<String, Tensor>> result = run(ids(prompts), Set.of(NORMED));
        return new Timed<>(new Encoding(result.value().get(NORMED), Optional.empty()), result.deviceNanos());
    }

    /** Which states to give. */
    public sealed interface Layer {
        /** After {@code layers} layers, of {@code of} that there are, normalised. */
        record Normed(int layers, int of) implements Layer {}

        /** Before the last layer and {@code skipped} more, as SDXL takes them. */
        record BeforeLast(int skipped) implements Layer {}
    }

    /**
     * States of rows that may hide tokens and use new ones, and the projected text where the encoder has one; if any row does,
     * or the layer wants it, the network is loaded a second time.
     *
     * @param added embeddings of the ids beyond the vocabulary, {@code [n, width]}
     * @return empty if the exported graph has not the places for it
     */
    public Optional<Timed<Encoding>> states(Layer layer, List<TextRow> rows, Optional<Tensor> added)
            throws DeviceException, InterruptedException {
        String states =
                switch (layer) {
                    case Layer.Normed(int layers, int of) -> layers == of ? NORMED : NormedLayers.output(layers);
                    case Layer.BeforeLast(int skipped) -> beforeLast(skipped);
                };
        boolean plain = added.isEmpty()
                && outputs.contains(states)
                && rows.stream().allMatch(row -> row.hidden().isEmpty());
        if (!plain) {
            return open(states, rows, added);
        }
        List<long[]> ids = rows.stream().map(TextRow::ids).toList();
        return Optional.of(encoding(run(ids, wanted(states, outputs)), states));
    }

    private Optional<Timed<Encoding>> open(String states, List<TextRow> rows, Optional<Tensor> added)
            throws DeviceException, InterruptedException {
        Optional<OpenEncoder> found = opened.get();
        boolean special =
                added.isPresent() || rows.stream().anyMatch(row -> !row.hidden().isEmpty());
        if (found.isEmpty()
                || !found.get().outputs().contains(states)
                || (special && !found.get().takesTokens())) {
            return Optional.empty();
        }
        OpenEncoder encoder = found.get();
        Tensor embeddings = added.orElseGet(() -> Tensor.zeros(1, encoder.takesTokens() ? encoder.width() : 1));
        return Optional.of(encoding(
                device.call(() -> encoder.run(rows, embeddings, wanted(states, encoder.outputs()))), states));
    }

    private static Set<String> wanted(String states, Set<String> outputs) {
        return outputs.contains(PROJECTED) ? Set.of(states, PROJECTED) : Set.of(states);
    }

    private static Timed<Encoding> encoding(Timed<Map<String, Tensor>> result, String states) {
        Map<String, Tensor> values = result.value();
        return new Timed<>(
                new Encoding(values.get(states), Optional.ofNullable(values.get(PROJECTED))), result.deviceNanos());
    }

    private static List<long[]> ids(List<Tokens> prompts) {
        return prompts.stream().map(Tokens::ids).toList();
    }

    /**
     * The last layer's states before the final normalisation, and the pooled state, as the latent
     * upscaler wants.
     */
    public Timed<Encoding> lastRaw(List<Tokens> prompts) throws DeviceException, InterruptedException {
        String raw = lastHiddenState();
        Timed<Map<String, Tensor>> result = run(ids(prompts), Set.of(raw, POOLED));
        Map<String, Tensor> outputs = result.value();
        return new Timed<>(new Encoding(outputs.get(raw), Optional.of(outputs.get(POOLED))), result.deviceNanos());
    }

    /** The last layer's states after the final normalisation, and the projected text, as Kandinsky's prior wants. */
    public Timed<Encoding> projected(List<Tokens> prompts) throws DeviceException, InterruptedException {
        Timed<Map<String, Tensor>> result = run(ids(prompts), Set.of(NORMED, PROJECTED));
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

    /** Rewriting adds no such outputs: without them the export is of no use. */
    private String beforeLast(int skipped) throws DeviceException {
        int after = layers() - 1 - skipped;
        if (after < 0) {
            throw missing("hidden_states." + (layers() + 1) + " and on");
        }
        return "hidden_states." + after;
    }

    private String lastHiddenState() throws DeviceException {
        if (layers() < 0 || !outputs.contains(POOLED)) {
            throw missing("hidden_states.0 and on and " + POOLED);
        }
        return "hidden_states." + layers();
    }

    private Timed<Map<String, Tensor>> run(List<long[]> rows, Set<String> wanted)
            throws DeviceException, InterruptedException {
        int length = rows.getFirst().length;
        return device.call(() -> network.run(
                Map.of(IDS, List.of(rows.size(), length)),
                inputs -> {
                    for (int row = 0; row < rows.size(); row++) {
                        for (int i = 0; i < length; i++) {
                            inputs.buffer(IDS).put(row * length + i, rows.get(row)[i]);
                        }
                    }
                },
                wanted));
    }
}
