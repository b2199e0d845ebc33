package io.darkroom.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** Which of Kafka's requests a {@link TrapProxy} is to catch. */
public final class KafkaRequests {

    /** After the length: API key, version, correlation id. */
    private static final int API_KEY = 4;

    private static final int PRODUCE = 0;
    private static final int END_TRANSACTION = 26;
    private static final int SHARE_ACKNOWLEDGE = 79;

    private KafkaRequests() {}

    /** A record is sent, uncompressed, that contains the text. */
    public static Predicate<byte[]> produce(String text) {
        return of(PRODUCE).and(message -> new String(message, ISO_8859_1).contains(text));
    }

    /** A transaction is committed or aborted. */
    public static Predicate<byte[]> endTransaction() {
        return of(END_TRANSACTION);
    }

    /** A share consumer tells what became of its records. */
    public static Predicate<byte[]> shareAcknowledge() {
        return of(SHARE_ACKNOWLEDGE);
    }

    private static Predicate<byte[]> of(int apiKey) {
        return message -> ByteBuffer.wrap(message).getShort(API_KEY) == apiKey;
    }
}
