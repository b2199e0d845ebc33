package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.StringJoiner;

/**
 * One of the published JSON Schemas. Its faults are worded for the person who wrote the record: the
 * field, what is wrong, what would be right.
 */
final class Schema {
    private static final String VERSION = "schema_version";

    private final JsonNode document;
    private final JsonSchema schema;

    private Schema(JsonNode document) {
        this.document = document;
        this.schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(document);
    }

    /** The schema file of that name, from the class path. */
    static Schema load(String fileName) {
        try (InputStream in = Schema.class.getResourceAsStream("/io/darkroom/schemas/" + fileName)) {
            return new Schema(Json.mapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every fault of {@code instance}, in the order of its paths; of a newer version only that it is newer. */
    List<Fault> faultsOf(JsonNode instance) {
        JsonNode version = instance.path(VERSION);
        int ours = document.path("properties").path(VERSION).path("const").asInt();
        if (version.isIntegralNumber() && version.decimalValue().compareTo(BigDecimal.valueOf(ours)) > 0) {
            // Its fields mean what this version cannot know.
            return List.of(new Fault(
                    VERSION,
                    version + " is newer than this router reads; write version " + ours + ", or update the router"));
        }
        List<Fault> faults = new ArrayList<>();
        for (ValidationMessage message : schema.validate(instance)) {
            faults.add(fault(message));
        }
        faults.sort(Comparator.comparing(Fault::path));
        return faults.stream().distinct().toList();
    }

    private Fault fault(ValidationMessage message) {
        String path = path(message);
        JsonNode rule = rule(message);
        JsonNode value = message.getInstanceNode();
        return switch (message.getType()) {
            case "required" -> new Fault(child(path, message.getProperty()), "is missing");
            case "additionalProperties" ->
                new Fault(child(path, message.getProperty()), "is not a known field; known are " + fields(rule));
            case "type" -> new Fault(path, "is " + kind(value) + "; must be " + list(rule.path("type"), " or "));
            case "enum" -> new Fault(path, show(value) + " is not one of " + list(rule.path("enum"), ", "));
            case "const" -> new Fault(path, show(value) + " is not " + show(rule.path("const")));
            case "minimum", "maximum" -> new Fault(path, show(value) + " is outside " + range(rule));
            case "minItems", "maxItems" ->
                new Fault(
                        path,
                        "has "
                                + value.size()
                                + " entries; must have "
                                + bounds(rule.path("minItems"), rule.path("maxItems")));
            case "minLength", "maxLength" ->
                new Fault(
                        path,
                        "has "
                                + value.asText().length()
                                + " characters; must have "
                                + bounds(rule.path("minLength"), rule.path("maxLength")));
            case "pattern" ->
                new Fault(
                        path,
                        show(value) + " must match " + rule.path("pattern").asText());
            default -> new Fault(path, message.getError());
        };
    }

    /** {@code $.stages[1].strength} as {@code stages[1].strength}. */
    private static String path(ValidationMessage message) {
        StringBuilder path = new StringBuilder();
        var location = message.getInstanceLocation();
        for (int i = 0; i < location.getNameCount(); i++) {
            Object element = location.getElement(i);
            if (element instanceof Integer index) {
                path.append('[').append(index).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(element);
            }
        }
        return path.toString();
    }

    private static String child(String path, String property) {
        return path.isEmpty() ? property : path + "." + property;
    }

    /** The object of the schema that holds the keyword that failed. */
    private JsonNode rule(ValidationMessage message) {
        JsonNode node = document;
        JsonNode parent = document;
        var fragment = message.getSchemaLocation().getFragment();
        for (int i = 0; i < fragment.getNameCount(); i++) {
            Object element = fragment.getElement(i);
            parent = node;
            node = node.isArray() ? node.path(Integer.parseInt(element.toString())) : node.path(element.toString());
        }
        return parent;
    }

    private static String fields(JsonNode rule) {
        StringJoiner names = new StringJoiner(", ");
        for (Iterator<String> it = rule.path("properties").fieldNames(); it.hasNext(); ) {
            names.add(it.next());
        }
        return names.toString();
    }

    private static String list(JsonNode values, String separator) {
        if (!values.isArray()) {
            return show(values);
        }
        StringJoiner text = new StringJoiner(separator);
        values.forEach(value -> text.add(show(value)));
        return text.toString();
    }

    private static String range(JsonNode rule) {
        return show(rule.path("minimum")) + ".." + show(rule.path("maximum"));
    }

    private static String bounds(JsonNode least, JsonNode most) {
        if (most.isMissingNode()) {
            return "at least " + least.asText();
        }
        return least.isMissingNode() ? "at most " + most.asText() : least.asText() + " to " + most.asText();
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            default -> "the number " + show(value);
        };
    }

    /** A value short enough to repeat; prompts never match a rule that would repeat them whole. */
    private static String show(JsonNode value) {
        String text = value.isTextual() ? value.textValue() : value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
