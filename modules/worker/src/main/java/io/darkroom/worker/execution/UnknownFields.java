package io.darkroom.worker.execution;

import com.google.protobuf.Message;
import io.darkroom.contract.wire.WorkItem;
import java.util.List;

/**
 * Fields that a newer router wrote and this worker does not know. Protobuf leaves them out in silence; in a stage or an
 * input that would draw another picture than the one that was asked for.
 */
final class UnknownFields {

    private UnknownFields() {}

    /** Whether anything that the picture depends on is unknown. */
    static boolean decideThePicture(WorkItem item) {
        return item.getStagesList().stream().anyMatch(UnknownFields::in)
                || item.getInputsList().stream().anyMatch(UnknownFields::in);
    }

    private static boolean in(Message message) {
        return !message.getUnknownFields().asMap().isEmpty()
                || message.getAllFields().values().stream().anyMatch(UnknownFields::inValue);
    }

    private static boolean inValue(Object value) {
        return switch (value) {
            case Message message -> in(message);
            case List<?> list -> list.stream().anyMatch(UnknownFields::inValue);
            default -> false;
        };
    }
}
