package io.darkroom.inference.device;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.darkroom.inference.model.Component;
import io.darkroom.inference.onnx.NormedLayers;
import io.darkroom.inference.onnx.OnnxGraph;
import io.darkroom.inference.onnx.OpenTextEncoder;
import io.darkroom.inference.onnx.TensorPort;
import io.darkroom.inference.onnx.UNetGraph;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Loads networks for one device. Safe for many threads; may take seconds, so never on the device's
 * thread.
 */
final class NetworkLoader {
    private final DeviceConfig config;

    NetworkLoader(DeviceConfig config) {
        this.config = config;
    }

    Network load(Component component) throws DeviceException {
        return load(component, Optional.empty(), MergedWeights.NONE);
    }

    /** Loads a network with other weights in some places. */
    Network load(Component component, MergedWeights merged) throws DeviceException {
        return load(component, Optional.empty(), merged);
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
        try {
            return load(component, UNetGraph.rewrite(component.file(), residuals), merged);
        } catch (IOException e) {
            throw new DeviceException(DeviceException.Kind.INTERNAL, component.file() + " cannot be read", e);
        }
    }

    /**
     * Loads a text encoder that takes hidden and new tokens, and gives what each layer makes, normalised; one of the two if
     * its graph has not the places for both, empty if it has them for neither.
     */
    Optional<OpenEncoder> loadOpen(Component component, MergedWeights merged) throws DeviceException {
        try {
            Optional<byte[]> opened = OpenTextEncoder.rewrite(component.file());
            Optional<byte[]> rewritten = opened.isPresent() ? opened : NormedLayers.rewrite(component.file());
            return rewritten.isPresent() ? Optional.of(open(component, rewritten.get(), merged)) : Optional.empty();
        } catch (IOException e) {
            throw new DeviceException(DeviceException.Kind.INTERNAL, component.file() + " cannot be read", e);
        }
    }

    private OpenEncoder open(Component component, byte[] model, MergedWeights merged) throws DeviceException {
        OnnxGraph graph = OnnxGraph.read(MemorySegment.ofArray(model));
        return new OpenEncoder(
                load(component, Optional.of(model), merged),
                graph.outputs().stream().map(TensorPort::name).collect(Collectors.toSet()));
    }

    private Network load(Component component, Optional<byte[]> rewritten, MergedWeights merged) throws DeviceException {
        try (OrtSession.SessionOptions options = options(component)) {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            if (!merged.isEmpty()) {
                return merged.load(component, rewritten, options, ports(component, rewritten));
            }
            OrtSession session = rewritten.isPresent()
                    ? environment.createSession(rewritten.get(), options)
                    : environment.createSession(component.file().toString(), options);
            return new Network(component.name(), session, ports(component, rewritten));
        } catch (OrtException e) {
            throw DeviceException.of(component.name() + " cannot be loaded", e);
        }
    }

    private static List<TensorPort> ports(Component component, Optional<byte[]> rewritten) {
        return rewritten
                .map(model -> OnnxGraph.read(MemorySegment.ofArray(model)))
                .orElse(component.graph())
                .inputs();
    }

    private OrtSession.SessionOptions options(Component component) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(config.intraOpThreads());
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.addConfigEntry(
                "session.model_external_initializers_file_folder_path",
                component.file().getParent().toString());
        switch (config.provider()) {
            case DeviceConfig.Provider.Cpu() ->
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            case DeviceConfig.Provider.Cuda(int index) -> addCuda(options, index);
        }
        return options;
    }

    private static void addCuda(OrtSession.SessionOptions options, int index) throws OrtException {
        // otherwise device memory grows when calls of several sessions alternate (onnxruntime
        // #29351)
        options.setMemoryPatternOptimization(false);
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index)) {
            // TF32 keeps 10 bits of the mantissa: another picture
            cuda.add("use_tf32", "0");
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        }
    }
}
