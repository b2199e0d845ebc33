package io.darkroom.inference.device;

import io.darkroom.inference.batch.DenoisingTask;
import io.darkroom.inference.lora.AppliedLora;
import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.DepthFolder;
import io.darkroom.inference.model.FolderFiles;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.PriorFolder;
import io.darkroom.inference.model.TextPart;
import io.darkroom.inference.text.ClipTokenizer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * One device of a worker: owns the loaded networks, and the one thread that calls them. Everything
 * that touches a session goes through it. Safe for many threads.
 */
public final class Device implements AutoCloseable {
    private final DeviceConfig config;
    private final Residency residency;
    private final NetworkLoader loader;
    private final DeviceThread thread;
    private final Map<ModelFolder, ModelNetworks> models = new ConcurrentHashMap<>();
    private final Map<DepthFolder, Loaded<Network>> depths = new ConcurrentHashMap<>();
    private final Map<PriorFolder, PriorNetworks> priors = new ConcurrentHashMap<>();
    private final Tokenizers tokenizers = new Tokenizers();
    private final ControlNets controlNets;
    private final AdaptedModels adapted;

    private Device(DeviceConfig config) {
        this.config = Objects.requireNonNull(config, "config");
        this.residency = new Residency(config.memory());
        this.loader = new NetworkLoader(config, residency);
        this.thread = new DeviceThread(config.maxRows(), residency);
        this.controlNets = new ControlNets(loader);
        this.adapted = new AdaptedModels(this, loader);
    }

    /** Starts the device's thread; loads nothing yet. */
    public static Device open(DeviceConfig config) {
        Device device = new Device(config);
        device.thread.start();
        return device;
    }

    public DeviceConfig config() {
        return config;
    }

    /**
     * The model's networks on this device; each is loaded at its first use and stays as long as the device's {@link Memory}
     * allows.
     */
    public ModelNetworks networks(ModelFolder folder) {
        return models.computeIfAbsent(folder, absent -> new ModelNetworks(this, loader, folder));
    }

    /** ControlNets on this device, each loaded at its first use. */
    List<LoadedControlNet> controlNets(List<ControlNetFolder> nets) throws DeviceException {
        return controlNets.loaded(nets);
    }

    /** The model on this device; it is loaded at its first use. */
    public DepthEstimator depthEstimator(DepthFolder folder) throws DeviceException {
        Loaded<Network> network =
                depths.computeIfAbsent(folder, absent -> new Loaded<>(() -> loader.load(absent.network())));
        return new DepthEstimator(this, network.get());
    }

    /** A prior that is a model by itself on this device; its networks are loaded at their first use. */
    public PriorNetworks prior(PriorFolder folder) {
        return priors.computeIfAbsent(
                folder,
                absent -> new PriorNetworks(
                        this,
                        loader,
                        absent.prior(),
                        new TextNetworks(
                                this, loader, absent.files(), absent.prior().text(), MergedWeights.NONE)));
    }

    /**
     * The model's networks with LoRAs merged into their weights; without any, those of {@link #networks}. Some that are no
     * longer used are kept for the next stage with the same ones.
     *
     * @throws DeviceException if a LoRA cannot be read; one that does not fit is found when the network is asked for
     */
    public NetworksLease networks(ModelFolder folder, List<AppliedLora> loras) throws DeviceException {
        return loras.isEmpty() ? new NetworksLease(networks(folder), () -> {}) : adapted.lease(folder, loras);
    }

    /** Shared by all models on this device that have the same one. */
    ClipTokenizer tokenizer(FolderFiles files, TextPart part) throws DeviceException {
        return tokenizers.of(files, part);
    }

    /** Whether networks may be loaded before they are called. */
    boolean opensEarly() {
        return residency.opensEarly();
    }

    /** How many networks are in memory. */
    public int openNetworks() {
        return residency.size();
    }

    /** How many models with LoRAs are held, in use or not. */
    public int adaptedModels() {
        return adapted.size();
    }

    /**
     * Lets a task join the batch at the next step.
     *
     * @return completed when it has finished; exceptionally with {@link
     *     java.util.concurrent.CancellationException} when it left because it was cancelled, and
     *     with the cause when it failed
     */
    public CompletableFuture<Void> join(DenoisingTask task) {
        return thread.join(task);
    }

    /** Runs a short call between steps of the batch and waits for it. */
    <T> Timed<T> call(DeviceThread.DeviceCall<T> call) throws DeviceException, InterruptedException {
        try {
            return thread.call(call).get();
        } catch (ExecutionException e) {
            throw asDeviceException(e.getCause());
        }
    }

    /** Does something on the device's thread, where no call is running; at once if there is no such thread any more. */
    void between(Runnable doing) {
        thread.call(() -> {
                    doing.run();
                    return doing;
                })
                .exceptionally(closed -> {
                    doing.run();
                    return null;
                });
    }

    private static DeviceException asDeviceException(Throwable cause) {
        if (cause instanceof DeviceException known) {
            return new DeviceException(known.kind(), known.getMessage(), known);
        }
        DeviceException.Kind kind =
                cause instanceof OutOfMemoryError ? DeviceException.Kind.RESOURCES : DeviceException.Kind.INTERNAL;
        return new DeviceException(kind, "a call failed: " + cause, cause);
    }

    /** Lets the running call end, fails all others, frees the networks. */
    @Override
    public void close() {
        thread.close();
        controlNets.close();
        depths.values().forEach(network -> network.close(Network::close));
        priors.values().forEach(PriorNetworks::close);
        adapted.close();
        models.values().forEach(ModelNetworks::close);
        models.clear();
        tokenizers.close();
    }
}
