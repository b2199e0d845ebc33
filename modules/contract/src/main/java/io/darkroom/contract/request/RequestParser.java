package io.darkroom.contract.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.uri.UriPolicy;
import java.io.IOException;
import java.util.List;

/**
 * The door: bytes in, a valid job or every fault out. First the published schema, then the rules
 * between fields ({@link JobReading}). What needs the catalogue is the planner's.
 */
public final class RequestParser {
    /** No valid request is larger: sixteen stages with both prompts at their longest take less. */
    public static final int MAX_REQUEST_BYTES = 768 * 1024;

    /** Beyond a double's exponent a number is an attack, not a parameter. */
    private static final int MAX_EXPONENT = 400;

    private static final ObjectReader TREES =
            Json.mapper().reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Schema schema = Schema.load("job-request.schema.json");
    private final UriPolicy uriPolicy;

    public RequestParser(UriPolicy uriPolicy) {
        this.uriPolicy = uriPolicy;
    }

    /** Never throws for any bytes. */
    public ParsedRequest parse(byte[] json) {
        if (json.length > MAX_REQUEST_BYTES) {
            return refused(
                    json,
                    ErrorCode.REQUEST_TOO_LARGE,
                    new Fault("", "has " + json.length + " bytes; at most " + MAX_REQUEST_BYTES + " are accepted"));
        }
        JsonNode tree;
        try {
            tree = TREES.readTree(json);
        } catch (JsonProcessingException e) {
            return refused(json, ErrorCode.MALFORMED_RECORD, new Fault("", "is not JSON: " + describe(e)));
        } catch (IOException e) {
            return refused(json, ErrorCode.MALFORMED_RECORD, new Fault("", "is not UTF-8 JSON"));
        }
        if (tree == null || !tree.isObject()) {
            return refused(json, ErrorCode.MALFORMED_RECORD, new Fault("", "is not a JSON object"));
        }
        if (hasAbsurdNumber(tree)) {
            return refused(
                    json, ErrorCode.INVALID_REQUEST, new Fault("", "holds a number outside any parameter's range"));
        }
        List<Fault> faults = schema.faultsOf(tree);
        if (!faults.isEmpty()) {
            return new ParsedRequest.Refused(Envelope.of(json), ErrorCode.INVALID_REQUEST, faults);
        }
        return new JobReading(tree, uriPolicy).read();
    }

    private static ParsedRequest refused(byte[] json, ErrorCode code, Fault fault) {
        return new ParsedRequest.Refused(Envelope.of(json), code, List.of(fault));
    }

    /** Line and column only: the parser's own message can quote a prompt. */
    private static String describe(JsonProcessingException e) {
        if (e.getLocation() == null) {
            return "it cannot be read";
        }
        return "it cannot be read on from line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr();
    }

    private static boolean hasAbsurdNumber(JsonNode node) {
        if (node.isBigDecimal()) {
            var number = node.decimalValue();
            return Math.abs((long) number.precision() - number.scale()) > MAX_EXPONENT;
        }
        for (JsonNode child : node) {
            if (hasAbsurdNumber(child)) {
                return true;
            }
        }
        return false;
    }
}
