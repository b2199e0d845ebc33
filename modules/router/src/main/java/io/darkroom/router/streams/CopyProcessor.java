package io.darkroom.router.streams;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps a global store as its topic is. */
final class CopyProcessor implements Processor<String, byte[], Void, Void> {
    private final String name;
    private final int mostBytes;
    private final AtomicLong version;
    private KeyValueStore<String, byte[]> store;

    /**
     * @param mostBytes of a record that is kept
     * @param version grows with every change, for those who wait for one
     */
    CopyProcessor(String name, int mostBytes, AtomicLong version) {
        this.name = name;
        this.mostBytes = mostBytes;
        this.version = version;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(name);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() != null) {
            // What is larger than anything of its kind cannot be read, and would only fill the router's memory.
            boolean fits = record.value() == null || record.value().length <= mostBytes;
            store.put(record.key(), fits ? record.value() : null);
            version.incrementAndGet();
        }
    }
}
