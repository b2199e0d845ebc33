package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.error.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One object of a JSON Schema (draft 2020-12), ready to judge values. It knows the keywords that the published schemas use, and
 * refuses to be made of others, so that a schema cannot say what the door does not see to.
 *
 * <p>The door has an evaluator of its own because what it judges is hostile: a library that collects every fault makes gibibytes of a
 * record of faults, and one that stops at the first tells a person one thing at a time. A test holds its verdicts against such a
 * library's.
 */
final class SchemaRule {
    private static final Set<String> ANNOTATIONS =
            Set.of("$schema", "$id", "$defs", "title", "description", "default", "examples");
    private static final Set<String> KEYWORDS = Set.of(
            "$ref",
            "type",
            "const",
            "enum",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "minLength",
            "maxLength",
            "pattern",
            "minItems",
            "maxItems",
            "items",
            "required",
            "properties",
            "additionalProperties",
            "propertyNames",
            "maxProperties",
            "allOf",
            "if",
            "then");

    private final JsonNode rule;
    private final SchemaWords words;
    private final Optional<Pattern> pattern;
    private final List<JsonNode> constants = new ArrayList<>();
    private final Map<String, SchemaRule> properties = new HashMap<>();
    private final Set<String> required = new HashSet<>();
    private final List<SchemaRule> alsoHold = new ArrayList<>();
    private final Optional<SchemaRule> items;
    private final Optional<SchemaRule> others;
    private final Optional<SchemaRule> names;
    private final Optional<SchemaRule> condition;
    private final Optional<SchemaRule> then;

    /**
     * @param rule the object
     * @param document the whole schema, for references
     */
    SchemaRule(JsonNode rule, JsonNode document) {
        this.rule = rule;
        this.words = new SchemaWords(rule);
        for (Iterator<String> keywords = rule.fieldNames(); keywords.hasNext(); ) {
            String keyword = keywords.next();
            if (!KEYWORDS.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
                throw new IllegalArgumentException("a schema uses " + keyword + ", which its evaluator does not know");
            }
        }
        this.pattern = Optional.ofNullable(rule.path("pattern").textValue()).map(SchemaRule::pattern);
        rule.path("enum").forEach(constants::add);
        if (rule.has("const")) {
            constants.add(rule.path("const"));
        }
        rule.path("required").forEach(name -> required.add(name.asText()));
        rule.path("properties")
                .properties()
                .forEach(property -> properties.put(property.getKey(), new SchemaRule(property.getValue(), document)));
        rule.path("allOf").forEach(part -> alsoHold.add(new SchemaRule(part, document)));
        if (rule.has("$ref")) {
            alsoHold.add(new SchemaRule(document.at(rule.path("$ref").asText().substring(1)), document));
        }
        this.items = part("items", document);
        this.others = part("additionalProperties", document);
        this.names = part("propertyNames", document);
        this.condition = part("if", document);
        this.then = part("then", document);
    }

    /** In the schema's dialect $ is the end; in Java's it is also before a line break at the end. */
    private static Pattern pattern(String text) {
        return Pattern.compile(text.endsWith("$") ? text.substring(0, text.length() - 1) + "\\z" : text);
    }

    private Optional<SchemaRule> part(String keyword, JsonNode document) {
        return rule.path(keyword).isObject()
                ? Optional.of(new SchemaRule(rule.path(keyword), document))
                : Optional.empty();
    }

    /** The most entries that any list or object may have which this allows. */
    int mostEntries() {
        int most = Math.max(properties.size(), Math.max(limit("maxItems", 0), limit("maxProperties", 0)));
        List<SchemaRule> parts = new ArrayList<>(properties.values());
        parts.addAll(alsoHold);
        List.of(items, others, names, condition, then).forEach(part -> part.ifPresent(parts::add));
        return parts.stream().mapToInt(SchemaRule::mostEntries).reduce(most, Math::max);
    }

    /** Adds what is wrong with the value. */
    void judge(JsonNode value, Place place, Faults faults) {
        if (!isOfType(value)) {
            faults.add(() -> new Fault(place.path(), words.type(value)));
            return; // the other rules are for values of this type
        }
        if (!constants.isEmpty() && !isConstant(value)) {
            faults.add(() -> new Fault(place.path(), words.constant(value)));
            return;
        }
        if (value.isTextual()) {
            judgeText(value, place, faults);
        } else if (value.isNumber()) {
            judgeNumber(value, place, faults);
        } else if (value.isArray()) {
            judgeList(value, place, faults);
        } else if (value.isObject()) {
            judgeObject(value, place, faults);
        }
        for (SchemaRule part : alsoHold) {
            part.judge(value, place, faults);
        }
        if (condition.isPresent() && then.isPresent() && condition.get().allows(value, place)) {
            then.get().judge(value, place, faults);
        }
    }

    private boolean allows(JsonNode value, Place place) {
        Faults found = new Faults();
        judge(value, place, found);
        return found.isEmpty();
    }

    private boolean isConstant(JsonNode value) {
        for (JsonNode constant : constants) {
            boolean equal = constant.isNumber() && value.isNumber()
                    ? constant.decimalValue().compareTo(value.decimalValue()) == 0
                    : constant.equals(value);
            if (equal) {
                return true;
            }
        }
        return false;
    }

    private boolean isOfType(JsonNode value) {
        JsonNode types = rule.path("type");
        if (types.isTextual()) {
            return isOfType(value, types.textValue());
        }
        for (JsonNode type : types) {
            if (isOfType(value, type.textValue())) {
                return true;
            }
        }
        return types.isMissingNode();
    }

    private static boolean isOfType(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "number" -> value.isNumber();
            case "integer" -> isWhole(value);
            default -> throw new IllegalArgumentException("a schema uses the type " + type);
        };
    }

    /** 20.0 is whole too, as the standard has it. */
    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber()
                || value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    private void judgeText(JsonNode value, Place place, Faults faults) {
        String text = value.textValue();
        int length = text.codePointCount(0, text.length());
        if (length < limit("minLength", 0) || length > limit("maxLength", Integer.MAX_VALUE)) {
            faults.add(() -> new Fault(place.path(), words.length(length)));
        } else if (pattern.isPresent() && !pattern.get().matcher(text).find()) {
            faults.add(() -> new Fault(place.path(), words.form(text)));
        }
    }

    private void judgeNumber(JsonNode value, Place place, Faults faults) {
        boolean below = rule.has("minimum") && compare(value, "minimum") < 0
                || rule.has("exclusiveMinimum") && compare(value, "exclusiveMinimum") <= 0;
        if (below || rule.has("maximum") && compare(value, "maximum") > 0) {
            faults.add(() -> new Fault(place.path(), words.range(value)));
        }
    }

    private int compare(JsonNode value, String keyword) {
        return value.decimalValue().compareTo(rule.path(keyword).decimalValue());
    }

    private void judgeList(JsonNode value, Place place, Faults faults) {
        if (value.size() < limit("minItems", 0) || value.size() > limit("maxItems", Integer.MAX_VALUE)) {
            faults.add(() -> new Fault(place.path(), words.entries(value.size())));
            return; // of a list of no allowed length, what its entries are helps nobody
        }
        if (items.isPresent()) {
            for (int index = 0; index < value.size(); index++) {
                items.get().judge(value.path(index), place.entry(index), faults);
            }
        }
    }

    private void judgeObject(JsonNode value, Place place, Faults faults) {
        for (String name : required) {
            if (!value.has(name)) {
                faults.add(() -> new Fault(place.field(name).path(), "is missing"));
            }
        }
        if (value.size() > limit("maxProperties", Integer.MAX_VALUE)) {
            faults.add(() -> new Fault(place.path(), words.fields(value.size())));
            return;
        }
        boolean closed = rule.has("additionalProperties") && others.isEmpty();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            Place inside = place.field(field.getKey());
            SchemaRule known = properties.get(field.getKey());
            names.ifPresent(allowed -> allowed.judgeName(field.getKey(), inside, faults));
            if (known != null) {
                known.judge(field.getValue(), inside, faults);
            } else if (closed) {
                faults.add(() -> new Fault(inside.path(), words.unknown()));
            } else if (others.isPresent()) {
                others.get().judge(field.getValue(), inside, faults);
            }
        }
    }

    private void judgeName(String name, Place place, Faults faults) {
        int length = name.codePointCount(0, name.length());
        if (length < limit("minLength", 0) || length > limit("maxLength", Integer.MAX_VALUE)) {
            faults.add(() -> new Fault(place.path(), "its name " + words.length(length)));
        } else if (pattern.isPresent() && !pattern.get().matcher(name).find()) {
            faults.add(() -> new Fault(place.path(), "its name " + words.form(name)));
        }
    }

    private int limit(String keyword, int absent) {
        return rule.path(keyword).asInt(absent);
    }
}
