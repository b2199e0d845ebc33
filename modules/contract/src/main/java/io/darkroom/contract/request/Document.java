package io.darkroom.contract.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import java.io.IOException;
import java.util.List;

/**
 * Reads a client's bytes as a JSON object that its schema allows. Whatever the bytes are, this takes time and memory in
 * proportion to their number: they are decoded, read as tokens within bounds ({@link Structure}), made a tree, and judged by a
 * schema that words a bounded number of faults ({@link Faults}).
 */
final class Document {
    private static final ObjectReader TREES =
            new JsonMapper(Structure.TOKENS).reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Document() {}

    /** What became of the bytes. */
    sealed interface Reading {
        /** An object that the schema allows. */
        record Tree(JsonNode root) implements Reading {}

        record Refused(ErrorCode code, List<Fault> faults) implements Reading {}
    }

    /** Never throws for any bytes. */
    static Reading read(byte[] json, int maxBytes, Schema schema) {
        if (json.length > maxBytes) {
            return refused(
                    ErrorCode.REQUEST_TOO_LARGE,
                    "",
                    "has " + json.length + " bytes; at most " + maxBytes + " are accepted");
        }
        return switch (Unicode.decode(json)) {
            case Unicode.Decoding.Broken(String before, int position) ->
                refused(
                        ErrorCode.MALFORMED_RECORD,
                        Structure.placeOfEnd(before),
                        "is not UTF-8: byte %d of the record (0x%02x) cannot stand there; write JSON in UTF-8"
                                .formatted(position, json[position] & 0xff));
            case Unicode.Decoding.Text(String text) -> read(text, schema);
        };
    }

    private static Reading read(String text, Schema schema) {
        return Structure.flawOf(text, schema.mostEntries())
                .<Reading>map(flaw -> new Reading.Refused(flaw.code(), List.of(flaw.fault())))
                .orElseGet(() -> judged(tree(text), schema));
    }

    private static Reading judged(JsonNode tree, Schema schema) {
        List<Fault> faults = schema.faultsOf(tree);
        return faults.isEmpty() ? new Reading.Tree(tree) : new Reading.Refused(ErrorCode.INVALID_REQUEST, faults);
    }

    private static JsonNode tree(String text) {
        try (JsonParser parser = Structure.TOKENS.createParser(text)) {
            return TREES.readTree(parser);
        } catch (IOException e) {
            throw new AssertionError("what was read as tokens is read as a tree", e);
        }
    }

    private static Reading.Refused refused(ErrorCode code, String path, String message) {
        return new Reading.Refused(code, List.of(new Fault(path, message)));
    }
}
