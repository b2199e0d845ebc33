package io.darkroom.inference.device;

import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.text.ClipTokenizer;

/** A model's parts on a device, each loaded when it is first asked for, on the thread that asks. */
public final class ModelNetworks implements AutoCloseable {
    private final ModelFolder folder;
    private final Loaded<ClipTokenizer> tokenizer;
    private final Loaded<Network> textEncoder;
    private final Loaded<Network> unet;
    private final Loaded<Network> vaeEncoder;
    private final Loaded<Network> vaeDecoder;
    private final Device device;
    private final Loaded<UNet> unetView;

    ModelNetworks(Device device, NetworkLoader loader, ModelFolder folder) {
        this.device = device;
        this.folder = folder;
        this.tokenizer = new Loaded<>(this::openTokenizer);
        this.textEncoder = new Loaded<>(() -> loader.load(folder.textEncoder()));
        this.unet = new Loaded<>(() -> loader.loadUNet(folder.unet()));
        this.vaeEncoder = new Loaded<>(() -> loader.load(folder.vaeEncoder()));
        this.vaeDecoder = new Loaded<>(() -> loader.load(folder.vaeDecoder()));
        this.unetView = new Loaded<>(() -> new LoadedUNet(unet.get()));
    }

    public ClipTokenizer tokenizer() throws DeviceException {
        return tokenizer.get();
    }

    public TextEncoder textEncoder() throws DeviceException {
        return new TextEncoder(device, textEncoder.get(), folder.textEncoder());
    }

    /** Always the same object: rows batch together only if it is. */
    public UNet unet() throws DeviceException {
        return unetView.get();
    }

    public Vae vaeEncoder() throws DeviceException {
        return Vae.encoder(device, vaeEncoder.get());
    }

    public Vae vaeDecoder() throws DeviceException {
        return Vae.decoder(device, vaeDecoder.get());
    }

    /** Loads everything now, so that the first job does not wait for it. */
    public void loadAll() throws DeviceException {
        tokenizer();
        textEncoder();
        unet();
        vaeEncoder();
        vaeDecoder();
    }

    /** Frees all; no call may be running. */
    @Override
    public void close() {
        tokenizer.close(ClipTokenizer::close);
        textEncoder.close(Network::close);
        unet.close(Network::close);
        vaeEncoder.close(Network::close);
        vaeDecoder.close(Network::close);
    }

    private ClipTokenizer openTokenizer() throws DeviceException {
        try {
            return ClipTokenizer.open(folder.files(), "tokenizer", folder.textPositions());
        } catch (ModelException e) {
            throw new DeviceException(DeviceException.Kind.INTERNAL, e.getMessage(), e);
        }
    }
}
