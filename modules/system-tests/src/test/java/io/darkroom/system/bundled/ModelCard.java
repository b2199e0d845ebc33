package io.darkroom.system.bundled;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The card of a model, as Hugging Face has them: YAML between two lines of three dashes, then prose.
 *
 * @param data what stands in front
 */
record ModelCard(JsonNode data, String prose) {
    private static final String FENCE = "---\n";

    static ModelCard read(Path file) throws IOException {
        String[] parts = Files.readString(file).split("(?m)^" + FENCE, 3);
        if (parts.length != 3 || !parts[0].isEmpty()) {
            throw new IOException(file + ": must begin with YAML between two lines ---, as train/card.py writes it");
        }
        return new ModelCard(new YAMLMapper().readTree(parts[1]), parts[2]);
    }

    /** What is missing of what every card has to say, or is not of the form that it has to have. */
    List<String> faults(String name) {
        List<String> faults = new ArrayList<>();
        for (String field : List.of("library_name", "pipeline_tag", "training_data", "hardware")) {
            require(data.path(field).isTextual(), field + ": a text", faults);
        }
        require(!texts("license").isEmpty(), "license: a list of identifiers", faults);
        require(!texts("tags").isEmpty(), "tags: a list", faults);
        require(
                !data.has("base_model") || data.path("base_model").isTextual(),
                "base_model: a name, if there is one",
                faults);
        require(!data.path("training").isEmpty(), "training: a list of parts", faults);
        for (JsonNode part : data.path("training")) {
            require(part.path("part").isTextual(), "training: part: a text", faults);
            for (String count : List.of("parameters", "steps", "minutes")) {
                require(part.path(count).asLong() > 0, "training: " + count + ": a number above 0", faults);
            }
        }
        figures(name, faults);
        require(prose.startsWith("# " + name + "\n"), "the heading # " + name, faults);
        require(prose.contains("Licence: "), "a sentence in the prose that begins with \"Licence: \"", faults);
        return faults;
    }

    /** In Hugging Face's form of results. */
    private void figures(String name, List<String> faults) {
        JsonNode index = data.path("model-index").path(0);
        require(index.path("name").asText().equals(name), "model-index: name: " + name, faults);
        require(!index.path("results").isEmpty(), "model-index: results: at least one", faults);
        for (JsonNode result : index.path("results")) {
            require(result.at("/task/type").isTextual(), "results: task: type: a text", faults);
            require(result.at("/dataset/name").isTextual(), "results: dataset: name: a text", faults);
            require(!result.path("metrics").isEmpty(), "results: metrics: at least one", faults);
            for (JsonNode metric : result.path("metrics")) {
                require(metric.path("name").isTextual(), "metrics: name: a text", faults);
                require(metric.path("type").isTextual(), "metrics: type: a text", faults);
                require(metric.path("value").isNumber(), "metrics: value: a number", faults);
            }
        }
    }

    /** A field's texts, none if it has something else. */
    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        data.path(field).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static void require(boolean holds, String wanted, List<String> faults) {
        if (!holds) {
            faults.add(wanted);
        }
    }
}
