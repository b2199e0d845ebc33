package io.darkroom.router.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

/** What the router's stores hold. */
final class Stored {
    private Stored() {}

    static <T extends Message> T parse(Parser<T> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the router's store holds what it did not write", e);
        }
    }
}
