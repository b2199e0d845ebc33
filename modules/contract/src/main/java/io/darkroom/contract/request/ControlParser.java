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
        return new ParsedControl.Cancel(
                tree.path("tenant").asText(Envelope.DEFAULT_TENANT),
                tree.path("id").asText(),
                tree.path("reason").asText(""));
    }

    private static ParsedControl.Refused refused(ErrorCode code, String message) {
        return new ParsedControl.Refused(code, List.of(new Fault("", message)));
    }
}
