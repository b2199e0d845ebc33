package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;

/**
 * One of the published JSON Schemas. Its faults are worded for the person who wrote the record: the
 * field, what is wrong, what would be right.
 */
final class Schema {
    private static final String VERSION = "schema_version";

    private final int version;
    private final SchemaRule rule;

    private Schema(JsonNode document) {
        this.version = document.path("properties").path(VERSION).path("const").asInt();
        this.rule = new SchemaRule(document, document);
    }

    /** The schema file of that name, from the class path. */
    static Schema load(String fileName) {
        try (InputStream in = Schema.class.getResourceAsStream("/io/darkroom/schemas/" + fileName)) {
            return new Schema(Json.mapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The most entries that a list or object can have in what the schema allows. */
    int mostEntries() {
        return rule.mostEntries();
    }

    /** The first faults of {@code instance}, in the order of their paths, and how many more there are; of a newer version only that it is newer. */
    List<Fault> faultsOf(JsonNode instance) {
        JsonNode given = instance.path(VERSION);
        if (given.isIntegralNumber() && given.decimalValue().compareTo(BigDecimal.valueOf(version)) > 0) {
            // Its fields mean what this version cannot know.
            return List.of(new Fault(
                    VERSION,
                    given + " is newer than this router reads; write version " + version + ", or update the router"));
        }
        Faults faults = new Faults();
        rule.judge(instance, new Place.Root(), faults);
        return faults.sorted();
    }
}
