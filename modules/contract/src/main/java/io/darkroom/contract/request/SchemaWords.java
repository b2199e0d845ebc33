package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.error.Excerpt;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** What is wrong with a value that a rule refuses, for the person who wrote it: what it is, and what would be right. */
final class SchemaWords {
    private static final int MAX_SHOWN = 80;

    private final JsonNode rule;

    SchemaWords(JsonNode rule) {
        this.rule = rule;
    }

    String type(JsonNode value) {
        return "is " + kind(value) + "; must be " + list(rule.path("type"), " or ");
    }

    /** A value that is neither the constant nor in the list of them. */
    String constant(JsonNode value) {
        JsonNode only = rule.path("const");
        if (only.isMissingNode()) {
            JsonNode all = rule.path("enum");
            return value.isTextual()
                    ? show(value) + " is not one of " + list(all, ", ")
                    : "is " + kind(value) + "; must be one of " + list(all, ", ");
        }
        return only.getNodeType() == value.getNodeType()
                ? show(value) + " is not " + show(only)
                : "is " + (value.isTextual() ? "the string \"" + show(value) + "\"" : kind(value)) + "; must be "
                        + kind(only);
    }

    String range(JsonNode value) {
        if (rule.has("exclusiveMinimum")) {
            return show(value) + " must be above " + show(rule.path("exclusiveMinimum"))
                    + (rule.has("maximum") ? " and at most " + show(rule.path("maximum")) : "");
        }
        if (rule.has("minimum") && rule.has("maximum")) {
            return show(value) + " is outside " + show(rule.path("minimum")) + ".." + show(rule.path("maximum"));
        }
        return show(value) + " must be "
                + (rule.has("minimum")
                        ? "at least " + show(rule.path("minimum"))
                        : "at most " + show(rule.path("maximum")));
    }

    String entries(int entries) {
        return "has " + entries + " entries; must have " + bounds("minItems", "maxItems");
    }

    String fields(int fields) {
        return "has " + fields + " fields; must have at most "
                + rule.path("maxProperties").asText();
    }

    String length(int characters) {
        return "has " + characters + " characters; must have " + bounds("minLength", "maxLength");
    }

    /** A text of the wrong form: the schema's title and examples say it to people, its pattern only to machines. */
    String form(String text) {
        String shown = text.isEmpty() ? "the empty text" : Excerpt.of(text, MAX_SHOWN);
        if (!rule.has("title")) {
            return shown + " must match " + rule.path("pattern").asText();
        }
        JsonNode examples = rule.path("examples");
        return shown + " is not " + rule.path("title").asText()
                + (examples.isEmpty() ? "" : ", such as " + list(examples, " or "));
    }

    String unknown() {
        return "is not a known field; known are "
                + rule.path("properties").properties().stream()
                        .map(Map.Entry::getKey)
                        .collect(Collectors.joining(", "));
    }

    private String bounds(String least, String most) {
        if (!rule.has(most)) {
            return "at least " + rule.path(least).asText();
        }
        return rule.has(least)
                ? rule.path(least).asText() + " to " + rule.path(most).asText()
                : "at most " + rule.path(most).asText();
    }

    private static String list(JsonNode values, String separator) {
        if (!values.isArray()) {
            return show(values);
        }
        StringJoiner text = new StringJoiner(separator);
        values.forEach(value -> text.add(show(value)));
        return text.toString();
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

    /** A value short enough to repeat; prompts never break a rule that would repeat them whole. */
    static String show(JsonNode value) {
        return Excerpt.of(value.isTextual() ? value.textValue() : value.toString(), MAX_SHOWN);
    }
}
