package io.darkroom.artifacts.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.artifacts.model.StoredModel.Form;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link StoredModel} as JSON, which is also the {@code manifest.json} of its folder. */
final class ModelManifests {
    /** A thousand files with the longest paths have about 700 KB. */
    static final int MAX_BYTES = 1 << 20;

    static final String FILE = "manifest.json";

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxStringLength(4096)
                            .build())
                    .build())
            .build();

    private ModelManifests() {}

    static byte[] write(StoredModel model) {
        ObjectNode root = JSON.createObjectNode();
        root.put("form", model.form().name().toLowerCase(Locale.ROOT)).put("digest", model.digest());
        ArrayNode files = root.putArray("files");
        model.files()
                .forEach(file -> files.addObject()
                        .put("path", file.path())
                        .put("size", file.size())
                        .put("sha256", file.sha256()));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        } catch (IOException e) {
            throw new IllegalStateException("a manifest cannot be written", e);
        }
    }

    /**
     * @param digest that it must have
     * @throws ModelStoreException of kind {@code REFUSED} naming what is wrong with it
     */
    static StoredModel read(byte[] json, String digest) throws ModelStoreException {
        try {
            JsonNode root = JSON.readTree(json);
            List<StoredFile> files = new ArrayList<>();
            for (JsonNode file : root.path("files")) {
                JsonNode size = file.path("size");
                if (!size.isIntegralNumber() || !size.canConvertToLong()) {
                    throw new IllegalArgumentException("files: each needs a size in bytes");
                }
                files.add(new StoredFile(text(file, "path"), text(file, "sha256"), size.longValue()));
            }
            Form form = Form.valueOf(text(root, "form").toUpperCase(Locale.ROOT));
            var model = new StoredModel(form, digest, files);
            if (model.size() < 0) {
                throw new IllegalArgumentException("files: have no size that can be");
            }
            return model;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new ModelStoreException(
                    ModelStoreException.Kind.REFUSED, "the manifest of model " + digest + ": " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field + ": must be a text");
        }
        return value.textValue();
    }
}
