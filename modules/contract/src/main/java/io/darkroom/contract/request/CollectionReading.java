package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.Operation;
import java.util.List;
import java.util.Optional;

/** Reads what is particular to stages that put pictures together. */
final class CollectionReading {
    /** As many as one stage can make. */
    private static final int MAX_PICTURES = 64;

    private static final int DEFAULT_FRAME_MILLIS = 100;

    private final JsonNode node;
    private final String stagePath;
    private final Faults faults;

    /** @param stagePath of the stage, with the dot that a field's name follows */
    CollectionReading(JsonNode node, String stagePath, Faults faults) {
        this.node = node;
        this.stagePath = stagePath;
        this.faults = faults;
    }

    /** @param images that come in, all inputs together */
    Operation.Grid grid(List<Input> inputs, int images) {
        checkCount(images);
        Optional<Integer> rows = whole("rows");
        Optional<Integer> columns = whole("cols");
        int down = rows.orElseGet(() -> columns.map(across -> images / across).orElse(1));
        int across = columns.orElseGet(() -> images / down);
        if (down * across != images) {
            String field = rows.isPresent() ? "rows" : "cols";
            if (rows.isPresent() && columns.isPresent()) {
                faults.add(
                        stagePath + field, "%d rows of %d are not the %d pictures that come in", down, across, images);
            } else {
                faults.add(
                        stagePath + field,
                        "%d does not divide the %d pictures that come in; must be a divisor",
                        rows.or(() -> columns).orElseThrow(),
                        images);
            }
        }
        return new Operation.Grid(inputs, down, across, whole("resize"));
    }

    /** @param images that come in, all inputs together */
    Operation.Animation animation(List<Input> inputs, int images) {
        checkCount(images);
        if (node.has("fps") && node.has("duration")) {
            faults.add(stagePath + "fps", "says the same as duration; leave one out");
        }
        int millis = node.has("fps")
                ? (int) (1000 / node.path("fps").asDouble())
                : node.path("duration").asInt(DEFAULT_FRAME_MILLIS);
        return new Operation.Animation(inputs, millis, node.path("loop").asInt(0));
    }

    private void checkCount(int images) {
        if (images > MAX_PICTURES) {
            faults.add(stagePath + "inputs", "are %d pictures together; at most %d are allowed", images, MAX_PICTURES);
        }
    }

    private Optional<Integer> whole(String field) {
        return node.has(field) ? Optional.of(node.path(field).asInt()) : Optional.empty();
    }
}
