package io.darkroom.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The tiny checkpoints with random weights that the golden pictures were made with. */
final class Checkpoints {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Checkpoints() {}

    /** {@code sd-factor8}, {@code sdxl-base}, ... */
    static Path folder(String name) {
        return GoldenCase.FOLDER.resolve("checkpoints").resolve(name);
    }

    /**
     * The checkpoint with other entries in some of its JSON files; a copy, if there are any.
     *
     * @param changes by file
     */
    static Path with(String name, Map<String, JsonNode> changes) throws IOException {
        if (changes.isEmpty()) {
            return folder(name);
        }
        Path copy = Files.createDirectories(Path.of("target", "checkpoints", name + "-" + changes.hashCode()));
        copy(folder(name), copy);
        for (Map.Entry<String, JsonNode> change : changes.entrySet()) {
            Path file = copy.resolve(change.getKey());
            ObjectNode changed = (ObjectNode) JSON.readTree(file.toFile());
            changed.setAll((ObjectNode) change.getValue());
            JSON.writeValue(file.toFile(), changed);
        }
        return copy;
    }

    /** The part of {@code kandinsky} that makes image embeddings, as the exporter writes it by itself. */
    static Path kandinskyPrior(Path into) throws IOException {
        for (Path file : files(folder("kandinsky"))) {
            String name = folder("kandinsky").relativize(file).toString();
            if (name.startsWith("prior_")) {
                write(into.resolve(name.substring("prior_".length())), Files.readAllBytes(file));
            }
        }
        write(
                into.resolve("model_index.json"),
                JSON.writeValueAsBytes(Map.of("_class_name", "KandinskyV22PriorPipeline")));
        return into;
    }

    /** The part that makes pictures of them, the same. */
    static Path kandinskyDecoder(Path into) throws IOException {
        for (Path file : files(folder("kandinsky"))) {
            String name = folder("kandinsky").relativize(file).toString();
            if (name.contains("/") && !name.startsWith("prior_")) {
                write(into.resolve(name), Files.readAllBytes(file));
            }
        }
        write(into.resolve("model_index.json"), JSON.writeValueAsBytes(Map.of("_class_name", "KandinskyV22Pipeline")));
        return into;
    }

    /** Puts the files of one folder into another. */
    static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            write(to.resolve(from.relativize(file).toString()), Files.readAllBytes(file));
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }
}
