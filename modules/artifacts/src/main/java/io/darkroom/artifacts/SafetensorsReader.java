package io.darkroom.artifacts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one file. Every tensor must lie inside the file, have the size that its type and shape
 * give, and begin where the one before it ends, the last at the file's end: so nothing overlaps and
 * nothing is hidden between tensors.
 */
final class SafetensorsReader {
    private static final int LENGTH_BYTES = 8;
    private static final int MOST_HEADER_BYTES = 1 << 20;
    private static final int MOST_AXES = 16;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(4)
                            .maxNumberLength(20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final byte[] file;

    SafetensorsReader(byte[] file) {
        this.file = file;
    }

    private record Extent(String name, long begin, long end) {}

    Safetensors read() throws SafetensorsException {
        int headerBytes = headerBytes();
        JsonNode header = header(headerBytes);
        int dataStart = LENGTH_BYTES + headerBytes;
        List<Extent> extents = extents(header, file.length - dataStart);
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        for (Extent extent : extents) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(file, dataStart + (int) extent.begin(), (int) (extent.end() - extent.begin()));
            tensors.put(extent.name(), tensor(extent.name(), header.get(extent.name()), bytes));
        }
        return new Safetensors(tensors, metadata(header));
    }

    private int headerBytes() throws SafetensorsException {
        if (file.length < LENGTH_BYTES) {
            throw new SafetensorsException("the file has " + file.length + " bytes, too few for a length");
        }
        long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > MOST_HEADER_BYTES || length > file.length - LENGTH_BYTES) {
            throw new SafetensorsException("the header's length is given as "
                    + Long.toUnsignedString(length)
                    + " bytes; it lies in the file and has at most "
                    + MOST_HEADER_BYTES);
        }
        return (int) length;
    }

    private JsonNode header(int bytes) throws SafetensorsException {
        try {
            JsonNode header = JSON.readTree(file, LENGTH_BYTES, bytes);
            if (file[LENGTH_BYTES] != '{' || !header.isObject()) {
                throw new SafetensorsException("the header is no JSON object");
            }
            return header;
        } catch (IOException e) {
            throw new SafetensorsException("the header is no sound JSON, or names a tensor twice", e);
        }
    }

    private List<Extent> extents(JsonNode header, long dataBytes) throws SafetensorsException {
        List<Extent> extents = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals(Safetensors.METADATA)) {
                List<Long> offsets = wholeNumbers(entry.getKey(), entry.getValue(), "data_offsets");
                if (offsets.size() != 2) {
                    throw fault(entry.getKey(), "data_offsets must be two numbers");
                }
                extents.add(new Extent(entry.getKey(), offsets.get(0), offsets.get(1)));
            }
        }
        extents.sort(Comparator.comparingLong(Extent::begin).thenComparingLong(Extent::end));
        long at = 0;
        for (Extent extent : extents) {
            if (extent.begin() != at || extent.end() < at || extent.end() > dataBytes) {
                throw fault(
                        extent.name(),
                        "data_offsets "
                                + extent.begin()
                                + ".."
                                + extent.end()
                                + " do not follow on byte "
                                + at
                                + " or leave the "
                                + dataBytes
                                + " bytes of data");
            }
            at = extent.end();
        }
        if (at != dataBytes) {
            throw new SafetensorsException((dataBytes - at) + " bytes at the file's end belong to no tensor");
        }
        return extents;
    }

    private static SafeTensor tensor(String name, JsonNode node, ByteBuffer bytes) throws SafetensorsException {
        String typeName = node.path("dtype").asText("");
        TensorType type = TensorType.named(typeName).orElseThrow(() -> fault(name, "dtype is none that is known"));
        List<Integer> shape = new ArrayList<>();
        long expected = type.bytes();
        try {
            for (long size : wholeNumbers(name, node, "shape")) {
                shape.add(Math.toIntExact(size));
                expected = Math.multiplyExact(expected, size);
            }
        } catch (ArithmeticException e) {
            throw fault(name, "shape is too large");
        }
        if (shape.size() > MOST_AXES || expected != bytes.remaining()) {
            throw fault(name, "dtype and shape give " + expected + " bytes, data_offsets " + bytes.remaining());
        }
        return new SafeTensor(type, shape, bytes);
    }

    private static List<Long> wholeNumbers(String name, JsonNode tensor, String field) throws SafetensorsException {
        JsonNode array = tensor.path(field);
        List<Long> numbers = new ArrayList<>();
        for (JsonNode number : array) {
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
                throw fault(name, field + " holds something else than whole numbers");
            }
            numbers.add(number.asLong());
        }
        if (!array.isArray()) {
            throw fault(name, field + " is missing");
        }
        return numbers;
    }

    private static Map<String, String> metadata(JsonNode header) throws SafetensorsException {
        Map<String, String> texts = new LinkedHashMap<>();
        JsonNode node = header.path(Safetensors.METADATA);
        if (!node.isObject() && !node.isMissingNode()) {
            throw new SafetensorsException(Safetensors.METADATA + " is no object");
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                throw new SafetensorsException(Safetensors.METADATA + " holds something else than texts");
            }
            texts.put(entry.getKey(), entry.getValue().asText());
        }
        return texts;
    }

    /** Names come from outside: a message shows the beginning only, without control characters. */
    private static SafetensorsException fault(String name, String message) {
        String shown = name.substring(0, Math.min(name.length(), 80)).replaceAll("\\p{Cntrl}", "?");
        return new SafetensorsException("tensor \"" + shown + "\": " + message);
    }
}
