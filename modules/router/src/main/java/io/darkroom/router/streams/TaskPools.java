package io.darkroom.router.streams;

import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.router.dispatch.DispatchDecision;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.PoolState;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * The pools of one task, in memory as their stores have them, so that an event reads and writes only what it changes. When a
 * transaction is aborted Streams closes the task and initialises it anew, and this is then made anew from the stores.
 */
final class TaskPools {
    private final DispatchMachine machine;
    private final PoolStores stores;
    private final Map<String, PoolState> states = new HashMap<>();

    /** Those that a former version stored as one record each; Streams lets nothing be written before the first event. */
    private final Map<String, StoredPool> former = new HashMap<>();

    TaskPools(DispatchMachine machine, PoolStores stores, Instant now) {
        this.machine = machine;
        this.stores = stores;
        stores.readAll().forEach((pool, stored) -> {
            states.put(
                    pool,
                    machine.restore(
                            stored.queues(),
                            stored.loads(),
                            stored.paidUntil(),
                            stored.leases(),
                            stored.header(),
                            now));
            if (stored.isFormer()) {
                former.put(pool, stored);
            }
        });
    }

    Map<String, PoolState> states() {
        return Collections.unmodifiableMap(states);
    }

    /** Changes nothing. */
    DispatchDecision decide(String pool, DispatchEvent event, Instant now) {
        return machine.decide(stateOf(pool), stores.backlog(pool), event, now);
    }

    void apply(String pool, DispatchDecision decision) {
        decision.outputs().forEach(output -> stores.apply(pool, output));
        if (!decision.changes().none()) {
            stores.save(pool, decision.state(), decision.changes());
            states.put(pool, decision.state());
        }
    }

    PoolState stateOf(String pool) {
        return states.getOrDefault(pool, PoolState.EMPTY);
    }

    /** To be called before the first decision. */
    void migrate() {
        former.forEach((pool, stored) -> stores.migrate(pool, stored, states.get(pool)));
        former.clear();
    }
}
