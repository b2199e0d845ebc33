package io.darkroom.router.streams;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps a global store as its topic is. */
final class CopyProcessor implements Processor<String, byte[], Void, Void> {
    private final String name;
    private KeyValueStore<String, byte[]> store;

    CopyProcessor(String name) {
        this.name = name;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(name);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() != null) {
            store.put(record.key(), record.value());
        }
    }
}
