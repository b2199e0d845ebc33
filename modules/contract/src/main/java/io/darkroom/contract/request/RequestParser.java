package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.uri.UriPolicy;
import java.util.List;

/**
 * The door: bytes in, a valid job or every fault out. First the published schema, then the rules
 * between fields ({@link JobReading}). What needs the catalogue is the planner's.
 */
public final class RequestParser {
    /** No valid request is larger: sixteen stages with both prompts at their longest take less. */
    public static final int MAX_REQUEST_BYTES = 768 * 1024;

    private final Schema schema = Schema.load("job-request.schema.json");
    private final UriPolicy uriPolicy;

    public RequestParser(UriPolicy uriPolicy) {
        this.uriPolicy = uriPolicy;
    }

    /** Never throws for any bytes. */
    public ParsedRequest parse(byte[] json) {
        return switch (Document.read(json, MAX_REQUEST_BYTES)) {
            case Document.Reading.Unreadable(ErrorCode code, Fault fault) ->
                new ParsedRequest.Refused(Envelope.of(json), code, List.of(fault));
            case Document.Reading.Tree(JsonNode tree) -> read(json, tree);
        };
    }

    private ParsedRequest read(byte[] json, JsonNode tree) {
        List<Fault> faults = schema.faultsOf(tree);
        if (!faults.isEmpty()) {
            return new ParsedRequest.Refused(Envelope.of(json), ErrorCode.INVALID_REQUEST, faults);
        }
        return new JobReading(tree, uriPolicy).read();
    }
}
