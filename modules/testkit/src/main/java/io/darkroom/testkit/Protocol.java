package io.darkroom.testkit;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** How a {@link TrapProxy} tells one message on a connection from the next. */
public enum Protocol {
    /** Kafka's: each message has its length in front, and answers repeat their request's correlation id. */
    KAFKA {
        @Override
        Optional<byte[]> next(InputStream in) throws IOException {
            var data = new DataInputStream(in);
            int length;
            try {
                length = data.readInt();
            } catch (EOFException e) {
                return Optional.empty();
            }
            byte[] message = new byte[LENGTH_BYTES + length];
            ByteBuffer.wrap(message).putInt(length);
            data.readFully(message, LENGTH_BYTES, length);
            return Optional.of(message);
        }

        @Override
        boolean answers(byte[] answer, byte[] request) {
            return ByteBuffer.wrap(answer).getInt(LENGTH_BYTES)
                    == ByteBuffer.wrap(request).getInt(CORRELATION_OF_REQUEST);
        }
    },

    /** HTTP without pipelining: a request begins with what is read first, and the next bytes back are its answer. */
    HTTP {
        @Override
        Optional<byte[]> next(InputStream in) throws IOException {
            byte[] buffer = new byte[64 * 1024];
            int length = in.read(buffer);
            return length < 0 ? Optional.empty() : Optional.of(Arrays.copyOf(buffer, length));
        }

        @Override
        boolean answers(byte[] answer, byte[] request) {
            return true;
        }
    };

    private static final int LENGTH_BYTES = 4;

    /** After the length, the API's key and its version. */
    private static final int CORRELATION_OF_REQUEST = 8;

    /** The next message, whole, as it was sent; empty at the connection's end. */
    abstract Optional<byte[]> next(InputStream in) throws IOException;

    abstract boolean answers(byte[] answer, byte[] request);
}
