package io.darkroom.worker.slot;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.work.WorkProtocol;
import java.util.Optional;

/**
 * Tells work items from bytes that are none. Almost any bytes parse as Protobuf, so that alone does
 * not suffice.
 */
final class WorkItemForm {

    private WorkItemForm() {}

    /**
     * The work item that these bytes are, empty when they are none.
     *
     * @param value absent in a tombstone
     */
    static Optional<WorkItem> read(Optional<byte[]> value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            WorkItem item = WorkItem.parseFrom(value.get());
            return isWhole(item) ? Optional.of(item) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static boolean isWhole(WorkItem item) {
        boolean newer = item.getProtocolVersion() > WorkProtocol.NEWEST_ITEM;
        boolean named = !item.getJob().getId().isEmpty() && item.getAttempt() > 0;
        return named && (newer || (item.getProtocolVersion() > 0 && item.getStagesCount() > 0));
    }
}
