package io.darkroom.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.lora.Lora;
import io.darkroom.inference.lora.LoraException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Our own safetensors files of float16, read without the checks that others' need: the reader with them lies above this module. */
final class LoraFiles {
    private LoraFiles() {}

    static Lora read(Path file) throws LoraException {
        return Lora.of(tensors(file), Map.of());
    }

    static Map<String, Tensor> tensors(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int header = (int) bytes.getLong(0);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            ObjectMapper json = new ObjectMapper();
            for (Map.Entry<String, JsonNode> entry :
                    json.readTree(bytes.array(), 8, header).properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    int[] shape = json.convertValue(entry.getValue().get("shape"), int[].class);
                    int start = 8
                            + header
                            + entry.getValue().get("data_offsets").get(0).asInt();
                    Tensor tensor = Tensor.zeros(shape);
                    for (int i = 0; i < tensor.size(); i++) {
                        tensor.data()[i] = Float.float16ToFloat(bytes.getShort(start + 2 * i));
                    }
                    tensors.put(entry.getKey(), tensor);
                }
            }
            return tensors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
