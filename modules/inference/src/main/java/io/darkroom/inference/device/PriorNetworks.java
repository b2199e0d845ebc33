package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.model.PriorPart;
import io.darkroom.inference.text.ClipTokenizer;

/** Kandinsky's prior on a device, with the text encoder that it reads prompts with. */
public final class PriorNetworks {
    private static final String PIXELS = "pixel_values";
    private static final String EMBEDDING = "image_embeds";
    private static final int COLOURS = 3;

    private final PriorPart part;
    private final TextNetworks text;
    private final Loaded<Network> network;
    private final Loaded<UNet> view;
    private final Loaded<Tensor> nothing;

    /**
     * @param text its encoder; closed with this
     */
    PriorNetworks(Device device, NetworkLoader loader, PriorPart part, TextNetworks text) {
        this.part = part;
        this.text = text;
        this.network = new Loaded<>(() -> loader.loadStepping(part.network(), 0));
        this.view = new Loaded<>(() -> new LoadedUNet(network.get()));
        this.nothing = new Loaded<>(() -> ofNothing(device, loader, part));
    }

    /** What it consists of. */
    public PriorPart part() {
        return part;
    }

    public ClipTokenizer tokenizer() throws DeviceException {
        return text.tokenizer();
    }

    public TextEncoder textEncoder() throws DeviceException {
        return text.encoder();
    }

    /**
     * Predicts embeddings: {@code sample} is {@code [rows, width]}, and the conditions are {@code proj_embedding} {@code [rows,
     * width]}, {@code encoder_hidden_states} {@code [rows, tokens, width]} and {@code attention_mask} {@code [rows, tokens]}.
     * Always the same object: rows batch together only if it is.
     */
    public UNet network() throws DeviceException {
        return view.get();
    }

    /**
     * The embedding of pixel values that are all zero, {@code [1, width]}, which stands for no prompt. The image encoder, often
     * the largest network of all, is loaded for this one call and freed again.
     */
    public Tensor ofNothing() throws DeviceException {
        return nothing.get();
    }

    private static Tensor ofNothing(Device device, NetworkLoader loader, PriorPart part) throws DeviceException {
        Tensor zeros = Tensor.zeros(1, COLOURS, part.imageSize(), part.imageSize());
        try (Network encoder = loader.load(part.imageEncoder())) {
            return device.call(() -> encoder.run(PIXELS, zeros, EMBEDDING)).value();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException(DeviceException.Kind.INTERNAL, "interrupted while the prior was loaded", e);
        }
    }

    /** Loads everything now but what {@link #ofNothing} needs once. */
    void loadAll() throws DeviceException {
        tokenizer();
        textEncoder();
        network();
    }

    void close() {
        text.close();
        network.close(Network::close);
    }
}
