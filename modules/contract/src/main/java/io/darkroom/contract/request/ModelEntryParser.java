package io.darkroom.contract.request;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.json.Json;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads an entry of the catalogue, which people's tools write too: by its schema, as a request is. */
public final class ModelEntryParser {
    /** Far more than a thousand betas take. */
    public static final int MAX_ENTRY_BYTES = 128 * 1024;

    private final Schema schema = Schema.load("model-entry.schema.json");

    /** What became of the bytes. */
    public sealed interface Parsed {
        record Entry(ModelEntry entry) implements Parsed {}

        record Refused(List<Fault> faults) implements Parsed {}
    }

    /** Never throws for any bytes. */
    public Parsed parse(byte[] json) {
        return switch (Document.read(json, MAX_ENTRY_BYTES, schema)) {
            case Document.Reading.Refused(ErrorCode _, List<Fault> faults) -> new Parsed.Refused(faults);
            case Document.Reading.Tree _ -> {
                try {
                    yield new Parsed.Entry(Json.read(json, ModelEntry.class));
                } catch (UncheckedIOException e) {
                    // A number that the schema allows and no field holds.
                    yield new Parsed.Refused(List.of(new Fault("", e.getMessage())));
                }
            }
        };
    }
}
