package io.darkroom.inference.device;

import io.darkroom.inference.model.FolderFiles;
import io.darkroom.inference.model.TextPart;
import io.darkroom.inference.text.ClipTokenizer;
import java.util.Optional;

/** A text encoder and its tokenizer on a device, each loaded at its first use. */
final class TextNetworks implements AutoCloseable {
    private final Device device;
    private final TextPart part;
    private final Loaded<ClipTokenizer> tokenizer;
    private final Loaded<Network> encoder;
    private final Loaded<Optional<OpenEncoder>> opened;

    /**
     * @param merged what changes its weights
     */
    TextNetworks(Device device, NetworkLoader loader, FolderFiles files, TextPart part, MergedWeights merged) {
        this.device = device;
        this.part = part;
        this.tokenizer = new Loaded<>(() -> device.tokenizer(files, part));
        this.encoder = new Loaded<>(() -> loader.load(part.encoder(), merged));
        this.opened = new Loaded<>(() -> loader.loadOpen(part.encoder(), merged));
    }

    ClipTokenizer tokenizer() throws DeviceException {
        return tokenizer.get();
    }

    TextEncoder encoder() throws DeviceException {
        return new TextEncoder(device, encoder.get(), part.encoder(), opened);
    }

    /** Frees all; no call may be running. */
    @Override
    public void close() {
        tokenizer.close(shared -> {});
        encoder.close(Network::close);
        opened.close(open -> open.ifPresent(OpenEncoder::close));
    }
}
