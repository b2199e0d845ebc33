package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The door for control records: bytes in, an instruction or every fault out. */
public final class ControlParser {
    /** No valid control record is larger. */
    public static final int MAX_CONTROL_BYTES = 16 * 1024;

    /** A tenant has a default elsewhere, but not where all of its jobs are meant. */
    private static final Map<String, Fields> FIELDS = Map.of(
            "cancel", new Fields(List.of("id"), List.of("reason")),
            "cancel_tenant", new Fields(List.of("tenant"), List.of("reason")),
            "reprioritise", new Fields(List.of("id", "priority"), List.of()),
            "replay", new Fields(List.of("id"), List.of("priority")));

    private final Schema schema = Schema.load("job-control.schema.json");

    /** Never throws for any bytes. */
    public ParsedControl parse(byte[] json) {
        return switch (Document.read(json, MAX_CONTROL_BYTES, schema)) {
            case Document.Reading.Refused(ErrorCode code, List<Fault> faults) ->
                new ParsedControl.Refused(code, faults);
            case Document.Reading.Tree(JsonNode tree) -> judge(tree);
        };
    }

    private ParsedControl judge(JsonNode tree) {
        List<Fault> misplaced = FIELDS.get(tree.path("action").asText()).faultsOf(tree);
        return misplaced.isEmpty() ? read(tree) : new ParsedControl.Refused(ErrorCode.INVALID_REQUEST, misplaced);
    }

    private static ParsedControl read(JsonNode tree) {
        String id = tree.path("id").asText();
        String reason = tree.path("reason").asText("");
        Priority priority = PriorityName.read(tree.path("priority").asText("standard"));
        return switch (tree.path("action").asText()) {
            case "cancel" -> new ParsedControl.Cancel(tenant(tree), id, reason);
            case "cancel_tenant" -> new ParsedControl.CancelTenant(tenant(tree), reason);
            case "reprioritise" -> new ParsedControl.Reprioritise(tenant(tree), id, priority);
            default -> new ParsedControl.Replay(tenant(tree), id, priority);
        };
    }

    /** Which of the fields that not every action has belong to one. */
    private record Fields(List<String> required, List<String> optional) {
        private static final List<String> ALL = List.of("id", "reason", "priority");

        List<Fault> faultsOf(JsonNode tree) {
            List<Fault> faults = new ArrayList<>();
            for (String field : required) {
                if (!tree.has(field)) {
                    faults.add(new Fault(field, "is missing"));
                }
            }
            for (String field : ALL) {
                if (tree.has(field) && !required.contains(field) && !optional.contains(field)) {
                    faults.add(new Fault(
                            field, "does not belong to " + tree.path("action").asText()));
                }
            }
            return faults;
        }
    }

    private static String tenant(JsonNode tree) {
        return tree.path("tenant").asText(Envelope.DEFAULT_TENANT);
    }
}
