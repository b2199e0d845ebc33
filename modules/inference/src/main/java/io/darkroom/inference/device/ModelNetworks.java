package io.darkroom.inference.device;

import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.lora.LoraPart;
import io.darkroom.inference.lora.WeightChanges;
import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.ResidualShape;
import io.darkroom.inference.model.TextPart;
import io.darkroom.inference.text.ClipTokenizer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** A model's parts on a device, each loaded when it is first asked for, on the thread that asks. */
public final class ModelNetworks implements AutoCloseable {
    private final ModelFolder folder;
    private final List<TextNetworks> texts;
    private final Loaded<Network> unet;
    private final Loaded<Network> vaeEncoder;
    private final Loaded<Network> vaeDecoder;
    private final Device device;
    private final AtomicBoolean loadedAhead = new AtomicBoolean();
    private final Loaded<LoadedUNet> unetView;
    private final Map<List<ControlNetFolder>, ControlledUNet> controlled = new ConcurrentHashMap<>();
    private final Optional<PriorNetworks> prior;
    private final Optional<Loaded<Network>> safetyChecker;

    ModelNetworks(Device device, NetworkLoader loader, ModelFolder folder) {
        this(device, loader, folder, WeightChanges.none());
    }

    /**
     * @param changes to the weights of UNet and text encoders
     */
    ModelNetworks(Device device, NetworkLoader loader, ModelFolder folder, WeightChanges changes) {
        this.device = device;
        this.folder = folder;
        // Kandinsky's prior reads prompts, nothing else of it does
        this.texts = folder.prior().isPresent()
                ? List.of()
                : IntStream.range(0, folder.texts().size())
                        .mapToObj(text -> text(loader, text, changes))
                        .toList();
        this.unet = new Loaded<>(() -> loader.loadStepping(
                folder.unet(),
                folder.residuals().map(ResidualShape::count).orElse(0),
                new MergedWeights(changes, LoraPart.UNET)));
        this.vaeEncoder = new Loaded<>(() -> loader.load(folder.vaeEncoder()));
        this.vaeDecoder = new Loaded<>(() -> loader.load(folder.vaeDecoder()));
        this.unetView = new Loaded<>(() -> new LoadedUNet(unet.get()));
        this.safetyChecker = folder.safetyChecker().map(part -> new Loaded<>(() -> loader.load(part.network())));
        this.prior = folder.prior()
                .map(part -> new PriorNetworks(
                        device,
                        loader,
                        part,
                        new TextNetworks(device, loader, folder.files(), part.text(), MergedWeights.NONE)));
    }

    private TextNetworks text(NetworkLoader loader, int text, WeightChanges changes) {
        TextPart part = folder.texts().get(text);
        return new TextNetworks(
                device, loader, folder.files(), part, new MergedWeights(changes, loraPart(folder, text)));
    }

    /** The networks of a model that LoRAs can change. */
    static Set<LoraPart> loraParts(ModelFolder folder) {
        Set<LoraPart> parts = EnumSet.of(LoraPart.UNET);
        for (int text = 0; text < folder.texts().size(); text++) {
            parts.add(loraPart(folder, text));
        }
        return parts;
    }

    /** SDXL's refiner has the second encoder only. */
    private static LoraPart loraPart(ModelFolder folder, int text) {
        boolean second = text == 1 || (folder.family().isXl() && folder.texts().size() == 1);
        return second ? LoraPart.SECOND_TEXT : LoraPart.TEXT;
    }

    /** How many text encoders there are, each with its tokenizer. */
    public int texts() {
        return texts.size();
    }

    /**
     * @param text from 0, in the order of {@link ModelFolder#texts()}
     */
    public ClipTokenizer tokenizer(int text) throws DeviceException {
        return texts.get(text).tokenizer();
    }

    /**
     * @param text from 0, in the order of {@link ModelFolder#texts()}
     */
    public TextEncoder textEncoder(int text) throws DeviceException {
        return texts.get(text).encoder();
    }

    /** Always the same object: rows batch together only if it is. */
    public UNet unet() throws DeviceException {
        return unetView.get();
    }

    /**
     * The same UNet with ControlNets beside it. Always the same object for the same ones in the same order: rows batch
     * together only if it is.
     *
     * @param nets whose residuals fit it, at least one
     */
    public UNet unet(List<ControlNetFolder> nets) throws DeviceException {
        LoadedUNet plain = unetView.get();
        List<LoadedControlNet> loaded = device.controlNets(nets);
        // holds nothing but references to networks that are shared, so that their number does not matter
        return controlled.computeIfAbsent(
                List.copyOf(nets),
                absent -> new ControlledUNet(
                        plain, loaded, nets.getFirst().residuals().count()));
    }

    public Vae vaeEncoder() throws DeviceException {
        return folder.family().decodesEmbeddings()
                ? Vae.latentEncoder(device, vaeEncoder.get())
                : Vae.encoder(device, vaeEncoder.get(), folder.vae());
    }

    public Vae vaeDecoder() throws DeviceException {
        return folder.family().decodesEmbeddings()
                ? Vae.latentDecoder(device, vaeDecoder.get())
                : Vae.decoder(device, vaeDecoder.get(), folder.vae());
    }

    /** Empty for a model without one. */
    public Optional<SafetyChecker> safetyChecker() throws DeviceException {
        return safetyChecker.isEmpty()
                ? Optional.empty()
                : Optional.of(new SafetyChecker(device, safetyChecker.get().get()));
    }

    /** Kandinsky's; empty for all others. */
    public Optional<PriorNetworks> prior() {
        return prior;
    }

    /**
     * Begins to load what every stage of the model calls, if nobody did, on a thread of its own: it is then there, or sooner there,
     * when the stage begins. A failure is left to the stage, which tries again. Where memory is limited nothing is loaded ahead.
     */
    public void loadAhead() {
        if (device.opensEarly() && loadedAhead.compareAndSet(false, true)) {
            Thread.ofPlatform().name("load-ahead").daemon(true).start(() -> {
                try {
                    loadDenoising();
                } catch (DeviceException | RuntimeException stageWillMeetIt) {
                    loadedAhead.set(false);
                }
            });
        }
    }

    private void loadDenoising() throws DeviceException {
        for (int text = 0; text < texts(); text++) {
            tokenizer(text);
            textEncoder(text);
        }
        unet();
    }

    /** Loads everything now, so that the first job does not wait for it. */
    public void loadAll() throws DeviceException {
        loadDenoising();
        vaeEncoder();
        vaeDecoder();
        if (prior.isPresent()) {
            prior.get().loadAll();
        }
    }

    /** Frees all; no call may be running. */
    @Override
    public void close() {
        texts.forEach(TextNetworks::close);
        unet.close(Network::close);
        vaeEncoder.close(Network::close);
        vaeDecoder.close(Network::close);
        prior.ifPresent(PriorNetworks::close);
        safetyChecker.ifPresent(loaded -> loaded.close(Network::close));
    }
}
