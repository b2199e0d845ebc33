package io.darkroom.artifacts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors and texts in one file, in the format of Hugging Face's safetensors: eight bytes
 * with the length of a JSON header, the header, then the tensors' bytes without gaps.
 *
 * @param tensors by name, in the order of their bytes
 * @param metadata texts by name
 */
public record Safetensors(Map<String, SafeTensor> tensors, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";
    private static final int LENGTH_BYTES = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    public Safetensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        if (tensors.containsKey(METADATA)) {
            throw new IllegalArgumentException("no tensor can be named " + METADATA);
        }
    }

    /** A file with one tensor. */
    public static Safetensors of(String name, SafeTensor tensor, Map<String, String> metadata) {
        return new Safetensors(Map.of(name, tensor), metadata);
    }

    /**
     * Reads a file that may be hostile. The tensors share its bytes, nothing is copied; memory
     * beyond the file is bounded by the header, which has at most 1 MiB.
     */
    public static Safetensors read(byte[] file) throws SafetensorsException {
        return new SafetensorsReader(file).read();
    }

    public byte[] write() {
        byte[] header = header();
        // The specification lets the header be padded with spaces so that the data is aligned.
        int padded = Math.ceilDiv(header.length, LENGTH_BYTES) * LENGTH_BYTES;
        int bytes =
                tensors.values().stream().mapToInt(t -> t.data().remaining()).reduce(0, Math::addExact);
        ByteBuffer out =
                ByteBuffer.allocate(Math.addExact(LENGTH_BYTES + padded, bytes)).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded).put(header);
        while (out.position() < LENGTH_BYTES + padded) {
            out.put((byte) ' ');
        }
        tensors.values().forEach(tensor -> out.put(tensor.data().duplicate()));
        return out.array();
    }

    private byte[] header() {
        ObjectNode root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = root.putObject(METADATA);
            metadata.forEach(texts::put);
        }
        int at = 0;
        for (Map.Entry<String, SafeTensor> entry : tensors.entrySet()) {
            SafeTensor tensor = entry.getValue();
            ObjectNode node =
                    root.putObject(entry.getKey()).put("dtype", tensor.type().name());
            tensor.shape().forEach(node.putArray("shape")::add);
            int end = at + tensor.data().remaining();
            node.putArray("data_offsets").add(at).add(end);
            at = end;
        }
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of names and numbers cannot be written", e);
        }
    }
}
