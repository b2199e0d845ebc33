package io.darkroom.inference.device;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.darkroom.inference.model.Component;
import io.darkroom.inference.onnx.OnnxGraph;
import io.darkroom.inference.onnx.OpenTextEncoder;
import io.darkroom.inference.onnx.TensorPort;
import io.darkroom.inference.onnx.UNetGraph;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Loads networks for one device. Safe for many threads; may take seconds, so never on the device's
 * thread.
 */
final class NetworkLoader {
    private final DeviceConfig config;
    private final Residency residency;

    NetworkLoader(DeviceConfig config, Residency residency) {
        this.config = config;
        this.residency = residency;
    }

    /** Makes another graph of a file, or leaves it as it is. */
    private interface Rewriting {
        Optional<byte[]> of(Path file) throws IOException;

        Rewriting NONE = file -> Optional.empty();
    }

    /**
     * A network as it is to be opened.
     *
     * @param rewritten empty if its file is opened as it is
     */
    private record Form(Optional<byte[]> rewritten, OnnxGraph graph) {
        static Form of(Component component, Optional<byte[]> rewritten) {
            OnnxGraph graph = rewritten
                    .map(model -> OnnxGraph.read(MemorySegment.ofArray(model)))
                    .orElse(component.graph());
            return new Form(rewritten, graph);
        }
    }

    Network load(Component component) throws DeviceException {
        return load(component, MergedWeights.NONE);
    }

    /** Loads a network with other weights in some places. */
    Network load(Component component, MergedWeights merged) throws DeviceException {
        return load(component, Rewriting.NONE, merged, false);
    }

    /**
     * Loads a UNet or a ControlNet so that it takes one timestep per row, and residuals, where its graph allows it.
     *
     * @param residuals how many; 0 for a network that takes none
     */
    Network loadStepping(Component component, int residuals) throws DeviceException {
        return loadStepping(component, residuals, MergedWeights.NONE);
    }

    /** The same with other weights in some places. */
    Network loadStepping(Component component, int residuals, MergedWeights merged) throws DeviceException {
        return load(component, file -> UNetGraph.rewrite(file, residuals), merged, true);
    }

    /**
     * Loads a text encoder that takes hidden and new tokens, and gives what each layer makes, normalised; one of the two if
     * its graph has not the places for both, empty if it has them for neither.
     */
    Optional<OpenEncoder> loadOpen(Component component, MergedWeights merged) throws DeviceException {
        Form form = Form.of(component, rewritten(component, OpenTextEncoder::rewrite));
        if (form.rewritten().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new OpenEncoder(
                load(component, form, OpenTextEncoder::rewrite, merged, false),
                form.graph().outputs().stream().map(TensorPort::name).collect(Collectors.toSet())));
    }

    private Network load(Component component, Rewriting rewriting, MergedWeights merged, boolean stepping)
            throws DeviceException {
        return load(component, Form.of(component, rewritten(component, rewriting)), rewriting, merged, stepping);
    }

    private Network load(Component component, Form form, Rewriting rewriting, MergedWeights merged, boolean stepping)
            throws DeviceException {
        Network network = new Network(
                component.name(),
                form.graph().inputs(),
                new Network.Kind(stepping, bytes(component), runOptions()),
                // rewrites it again: the bytes would stay in memory as long as the network
                () -> open(component, rewritten(component, rewriting), merged),
                residency);
        // weights that do not fit are a fault of who asks for them, to be told at once
        if (residency.opensEarly() || !merged.isEmpty()) {
            network.opened(open(component, form.rewritten(), merged));
        }
        return network;
    }

    private static Optional<byte[]> rewritten(Component component, Rewriting rewriting) throws DeviceException {
        try {
            return rewriting.of(component.file());
        } catch (IOException e) {
            throw new DeviceException(DeviceException.Kind.INTERNAL, component.file() + " cannot be read", e);
        }
    }

    private OpenSession open(Component component, Optional<byte[]> rewritten, MergedWeights merged)
            throws DeviceException {
        try (OrtSession.SessionOptions options = options(component)) {
            OrtEnvironment environment = OnnxEnvironment.get();
            if (!merged.isEmpty()) {
                return merged.open(component, rewritten, options);
            }
            OrtSession session = rewritten.isPresent()
                    ? environment.createSession(rewritten.get(), options)
                    : environment.createSession(component.file().toString(), options);
            return new OpenSession(session, List.of());
        } catch (OrtException e) {
            throw DeviceException.of(component.name() + " cannot be loaded", e);
        }
    }

    /** Of the graph and of what it says lies beside it. */
    private static long bytes(Component component) throws DeviceException {
        try {
            long bytes = Files.size(component.file());
            for (String sideFile : component.graph().sideFiles()) {
                bytes += Files.size(component.file().resolveSibling(sideFile));
            }
            return bytes;
        } catch (IOException e) {
            throw new DeviceException(DeviceException.Kind.INTERNAL, component.file() + " cannot be read", e);
        }
    }

    private OrtSession.SessionOptions options(Component component) throws OrtException {
        OrtSession.SessionOptions options = OnnxEnvironment.options();
        options.setIntraOpNumThreads(config.intraOpThreads());
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.addConfigEntry(
                "session.model_external_initializers_file_folder_path",
                component.file().getParent().toString());
        // A pattern plans a call's memory as one block beside what the arena holds since the first call: in full
        // size two gibibytes more and no faster. On a GPU it also grows when calls of several sessions alternate
        // (onnxruntime #29351).
        options.setMemoryPatternOptimization(false);
        switch (config.provider()) {
            case DeviceConfig.Provider.Cpu() ->
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            case DeviceConfig.Provider.Cuda(int index) -> addCuda(options, index);
        }
        if (config.memory().mode() == Memory.Mode.LOW) {
            // what a call needs is given back after it, and weights are not packed a second time
            options.setCPUArenaAllocator(false);
            options.addConfigEntry("session.disable_prepacking", "1");
        }
        return options;
    }

    private Map<String, String> runOptions() {
        boolean shrink =
                config.memory().mode() == Memory.Mode.LOW && config.provider() instanceof DeviceConfig.Provider.Cuda;
        return shrink ? Map.of("memory.enable_memory_arena_shrinkage", "gpu:0") : Map.of();
    }

    private static void addCuda(OrtSession.SessionOptions options, int index) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index)) {
            // TF32 keeps 10 bits of the mantissa: another picture
            cuda.add("use_tf32", "0");
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        }
    }
}
