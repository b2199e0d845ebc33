package io.darkroom.router.dispatch;

import java.util.Set;

/**
 * What differs between a pool's state before a decision and after it: what has to be stored.
 *
 * @param queues that were changed, or are gone
 * @param tenants whose load or tag was changed, or is gone
 * @param workers whose lease was changed, or is gone
 * @param header whether it was changed
 */
public record PoolChanges(Set<QueueKey> queues, Set<String> tenants, Set<String> workers, boolean header) {
    public PoolChanges {
        queues = Set.copyOf(queues);
        tenants = Set.copyOf(tenants);
        workers = Set.copyOf(workers);
    }

    public boolean none() {
        return queues.isEmpty() && tenants.isEmpty() && workers.isEmpty() && !header;
    }
}
