package io.darkroom.router.streams;

import io.darkroom.contract.wire.router.KeptRecord;
import io.darkroom.router.job.KeptOutputs;
import java.util.Optional;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** What stages kept, as its topic has it now; in memory, and no more than so many that were wanted last. */
final class KeptStore implements KeptOutputs {
    static final String NAME = "kept";

    /** Some hundred bytes each. What is forgotten here is made again. */
    static final int MOST = 100_000;

    private final ReadOnlyKeyValueStore<String, byte[]> store;

    KeptStore(ReadOnlyKeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** No tenant's key can be made from another's, because names have no slash. */
    static String key(String tenant, String name) {
        return tenant + "/" + name;
    }

    @Override
    public Optional<KeptRecord> find(String tenant, String name) {
        return Optional.ofNullable(store.get(key(tenant, name)))
                .map(stored -> Stored.parse(KeptRecord.parser(), stored));
    }
}
