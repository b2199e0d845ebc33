package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.json.Json;
import java.io.IOException;
import java.util.List;

/** The door for control records: bytes in, an instruction or every fault out. */
public final class ControlParser {
    /** No valid control record is larger. */
    public static final int MAX_CONTROL_BYTES = 16 * 1024;

    private final Schema schema = Schema.load("job-control.schema.json");

    /** Never throws for any bytes. */
    public ParsedControl parse(byte[] json) {
        if (json.length > MAX_CONTROL_BYTES) {
            return refused(
                    ErrorCode.REQUEST_TOO_LARGE,
                    "has " + json.length + " bytes; at most " + MAX_CONTROL_BYTES + " are accepted");
        }
        JsonNode tree;
        try {
            tree = Json.mapper().readTree(json);
        } catch (IOException e) {
            return refused(ErrorCode.MALFORMED_RECORD, "is not UTF-8 JSON");
        }
        if (tree == null || !tree.isObject()) {
            return refused(ErrorCode.MALFORMED_RECORD, "is not a JSON object");
        }
        List<Fault> faults = schema.faultsOf(tree);
        if (!faults.isEmpty()) {
            return new ParsedControl.Refused(ErrorCode.INVALID_REQUEST, faults);
        }
        return tree.path("action").asText().equals("cancel") ? cancel(tree) : reprioritise(tree);
    }

    private static ParsedControl cancel(JsonNode tree) {
        if (tree.has("priority")) {
            return refused("priority", "belongs to reprioritise");
        }
        return new ParsedControl.Cancel(
                tenant(tree), tree.path("id").asText(), tree.path("reason").asText(""));
    }

    private static ParsedControl reprioritise(JsonNode tree) {
        if (!tree.has("priority")) {
            return refused("priority", "is missing; it is one of interactive, standard, bulk");
        }
        if (tree.has("reason")) {
            return refused("reason", "belongs to cancel");
        }
        return new ParsedControl.Reprioritise(
                tenant(tree),
                tree.path("id").asText(),
                PriorityName.read(tree.path("priority").asText()));
    }

    private static String tenant(JsonNode tree) {
        return tree.path("tenant").asText(Envelope.DEFAULT_TENANT);
    }

    private static ParsedControl.Refused refused(String field, String message) {
        return new ParsedControl.Refused(ErrorCode.INVALID_REQUEST, List.of(new Fault(field, message)));
    }

    private static ParsedControl.Refused refused(ErrorCode code, String message) {
        return new ParsedControl.Refused(code, List.of(new Fault("", message)));
    }
}
