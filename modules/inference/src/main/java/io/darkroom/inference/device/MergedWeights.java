package io.darkroom.inference.device;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.darkroom.inference.lora.LoraException;
import io.darkroom.inference.lora.LoraPart;
import io.darkroom.inference.lora.WeightChanges;
import io.darkroom.inference.model.Component;
import io.darkroom.inference.onnx.MappedFile;
import io.darkroom.inference.onnx.WeightPlace;
import io.darkroom.inference.onnx.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * LoRAs merged into the weights of one network while it is loaded. The graph is declared without the values of the weights that
 * change, as if they lay in another file, and the session is given them: ONNX Runtime puts them in before it optimises the
 * graph, so that no fused or folded copy of the old ones stays.
 *
 * @param part which modules of the LoRAs are this network's
 */
record MergedWeights(WeightChanges changes, LoraPart part) {
    static final MergedWeights NONE = new MergedWeights(WeightChanges.none(), LoraPart.UNET);

    boolean isEmpty() {
        return !changes.concern(part);
    }

    /** Opens the network, whose file may have been rewritten already. */
    OpenSession open(Component component, Optional<byte[]> rewritten, OrtSession.SessionOptions options)
            throws DeviceException {
        try (FileChannel channel = FileChannel.open(component.file(), StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            if (rewritten.isEmpty() && !MappedFile.mayBeRewritten(component.file())) {
                throw fault(
                        component.name() + ": a LoRA cannot be merged into a file of over a gibibyte; export the model"
                                + " with its weights beside the graph");
            }
            MemorySegment model = rewritten.isPresent()
                    ? MemorySegment.ofArray(rewritten.get())
                    : channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return session(component, model, options);
        } catch (IOException e) {
            throw new DeviceException(DeviceException.Kind.INTERNAL, component.file() + " cannot be read", e);
        } catch (LoraException e) {
            throw fault(e.getMessage());
        }
    }

    private OpenSession session(Component component, MemorySegment model, OrtSession.SessionOptions options)
            throws DeviceException, LoraException, IOException {
        List<WeightPlace> places = Weights.places(model);
        changes.requireFitting(part, places);
        List<WeightPlace> changed =
                places.stream().filter(place -> changes.change(part, place)).toList();
        Set<String> names = changed.stream().map(WeightPlace::initializer).collect(Collectors.toSet());
        Map<String, Weights.Values> values =
                Weights.read(model, component.file().getParent(), names);
        List<OnnxTensor> given = new ArrayList<>();
        try {
            Map<String, OnnxTensorLike> byName = new HashMap<>();
            for (WeightPlace place : changed) {
                Weights.Values before = values.remove(place.initializer());
                changes.add(part, place, before.values());
                OnnxTensor tensor = tensor(before);
                given.add(tensor);
                byName.put(place.initializer(), tensor);
            }
            options.addExternalInitializers(byName);
            OrtSession session = OnnxEnvironment.get().createSession(Weights.left(model, names), options);
            return new OpenSession(session, List.copyOf(given));
        } catch (OrtException e) {
            given.forEach(OnnxTensor::close);
            throw DeviceException.of(component.name() + " cannot be loaded with LoRAs", e);
        }
    }

    private static OnnxTensor tensor(Weights.Values values) throws OrtException {
        int size = values.halves() ? Short.BYTES : Float.BYTES;
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.values().length * size).order(ByteOrder.nativeOrder());
        for (float value : values.values()) {
            if (values.halves()) {
                bytes.putShort(Float.floatToFloat16(value));
            } else {
                bytes.putFloat(value);
            }
        }
        long[] shape = values.shape().stream().mapToLong(Long::longValue).toArray();
        return OnnxTensor.createTensor(
                OnnxEnvironment.get(),
                bytes.flip(),
                shape,
                values.halves() ? OnnxJavaType.FLOAT16 : OnnxJavaType.FLOAT);
    }

    private static DeviceException fault(String message) {
        return new DeviceException(DeviceException.Kind.UNFIT, message);
    }
}
