package io.darkroom.router.streams;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.router.ingress.Arrival;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Requests that name a model which the catalogue lacks, for the moment that another thread may need to read what was published
 * just before them. They wait in the task's state, so that none is lost with its process, and hold up nobody.
 */
final class WaitingRequests {
    /** Of one partition; what comes beyond is judged as the catalogue is. */
    static final int MOST = 32;

    private final KeyValueStore<Long, byte[]> store;
    private int size;

    /** @param until when it is judged for the last time, epoch milliseconds */
    record Waiting(Arrival arrival, long until) {}

    WaitingRequests(KeyValueStore<Long, byte[]> store) {
        this.store = store;
        this.size = all().size();
    }

    static String storeOf(String part) {
        return part + "-waiting";
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean isFull() {
        return size >= MOST;
    }

    void add(Waiting waiting) {
        store.put(waiting.arrival().origin().offset(), bytes(waiting));
        size++;
    }

    void remove(Waiting waiting) {
        store.delete(waiting.arrival().origin().offset());
        size--;
    }

    /** In the order in which they came. */
    List<Waiting> all() {
        List<Waiting> all = new ArrayList<>();
        try (KeyValueIterator<Long, byte[]> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<Long, byte[]> entry = entries.next();
                all.add(waiting(entry.key, entry.value));
            }
        }
        return all;
    }

    private static byte[] bytes(Waiting waiting) {
        Arrival arrival = waiting.arrival();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(waiting.until());
            out.writeUTF(arrival.origin().topic());
            out.writeInt(arrival.origin().partition());
            out.writeLong(arrival.origin().timestamp());
            out.writeUTF(arrival.traceparent().orElse(""));
            out.write(arrival.value().orElse(new byte[0]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Waiting waiting(long offset, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            long until = in.readLong();
            String topic = in.readUTF();
            int partition = in.readInt();
            var origin = new DeadLetter.Origin(topic, partition, offset, in.readLong());
            String traceparent = in.readUTF();
            return new Waiting(
                    new Arrival(
                            Optional.of(in.readAllBytes()),
                            origin,
                            traceparent.isEmpty() ? Optional.empty() : Optional.of(traceparent)),
                    until);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
