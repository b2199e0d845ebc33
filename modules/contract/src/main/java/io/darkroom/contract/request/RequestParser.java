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
        return switch (Document.read(json, MAX_REQUEST_BYTES, schema)) {
            case Document.Reading.Refused(ErrorCode code, List<Fault> faults) ->
                new ParsedRequest.Refused(Envelope.of(json), code, faults);
            case Document.Reading.Tree(JsonNode tree) -> new JobReading(tree, uriPolicy).read();
        };
    }
}
