package io.darkroom.router.streams;

import io.darkroom.contract.wire.router.StoredTenantCancel;
import io.darkroom.router.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Cancellations of all that a tenant has submitted, worked off a part at a time, so that a tenant
 * with a million jobs does not hold up the others' events.
 */
final class TenantCancels {
    static final String STORE = "tenant-cancels";

    private final KeyValueStore<String, byte[]> pending;
    private final KeyValueStore<String, byte[]> states;
    private final JobStores jobs;

    /** A look costs as much when nothing waits; false once one has found that, and only {@link #ask} changes it. */
    private boolean someMayWait = true;

    TenantCancels(ProcessorContext<?, ?> context, JobStores jobs) {
        this.pending = context.getStateStore(STORE);
        this.states = context.getStateStore(JobStores.STATES);
        this.jobs = jobs;
    }

    /** One of the jobs that are to be cancelled. */
    record Cancelled(String job, String reason) {}

    void ask(String tenant, String reason, long nowMillis) {
        someMayWait = true;
        save(
                tenant,
                StoredTenantCancel.newBuilder()
                        .setReason(reason)
                        .setAskedEpochMillis(nowMillis)
                        .setAfter(Keys.tenant(tenant))
                        .build());
    }

    /** The next jobs that are to be cancelled, of at most so many that are looked at. */
    List<Cancelled> next(int most) {
        if (!someMayWait) {
            return List.of();
        }
        List<Cancelled> cancelled = new ArrayList<>();
        List<KeyValue<String, byte[]>> asked = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> entries = pending.all()) {
            entries.forEachRemaining(asked::add);
        }
        someMayWait = !asked.isEmpty();
        asked.forEach(entry ->
                cancelled.addAll(next(entry.key, Stored.parse(StoredTenantCancel.parser(), entry.value), most)));
        return cancelled;
    }

    private List<Cancelled> next(String tenant, StoredTenantCancel cancel, int most) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> entries = states.range(cancel.getAfter(), Keys.behindTenant(tenant))) {
            while (entries.hasNext() && keys.size() <= most) {
                String key = entries.next().key;
                if (!key.equals(cancel.getAfter())) {
                    keys.add(key);
                }
            }
        }
        if (keys.size() > most) {
            keys.removeLast();
            save(tenant, cancel.toBuilder().setAfter(keys.getLast()).build());
        } else {
            pending.delete(tenant);
        }
        Instant asked = Instant.ofEpochMilli(cancel.getAskedEpochMillis());
        return keys.stream()
                .filter(key -> jobs.load(key).state() instanceof JobState.Active active
                        && !active.job().submitted().isAfter(asked))
                .map(key -> new Cancelled(key, cancel.getReason()))
                .toList();
    }

    private void save(String tenant, StoredTenantCancel cancel) {
        pending.put(tenant, cancel.toByteArray());
    }
}
