package io.darkroom.simulation;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.KeptRecord;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The topics of one system, a partition each, and a share group for each pool. */
final class Topics {
    final Log<byte[]> requests;
    final Log<byte[]> control;
    final Log<WorkEvent> workEvents;
    /** Read from its end on, by no transaction. */
    final Log<WorkEvent> heartbeats;

    final Log<JobEvent> jobEvents;
    final Log<DispatchEvent> dispatch;
    final Log<JobResult> results;
    final Log<JobReply> replies;
    final Log<WorkerControl> workerControl;
    final Log<DeadLetter> deadLetters;
    /** By tenant and name; empty: forgotten. */
    final Log<Optional<KeptRecord>> kept;

    final Map<String, ShareGroup> pools = new TreeMap<>();

    Topics(Timeline timeline) {
        requests = new Log<>("requests", timeline);
        control = new Log<>("control", timeline);
        workEvents = new Log<>("work-events", timeline);
        heartbeats = new Log<>("heartbeats", timeline);
        jobEvents = new Log<>("job-events", timeline);
        dispatch = new Log<>("dispatch", timeline);
        results = new Log<>("results", timeline);
        replies = new Log<>("replies", timeline);
        workerControl = new Log<>("worker-control", timeline);
        deadLetters = new Log<>("dead-letters", timeline);
        kept = new Log<>("kept", timeline);
        for (String pool : Workload.POOLS) {
            pools.put(pool, new ShareGroup(new Log<>("work." + pool, timeline), timeline));
        }
    }

    static String keptKey(String tenant, String name) {
        return tenant + "/" + name;
    }

    /** What is kept under that name, as far as it is committed. */
    Optional<KeptRecord> kept(String tenant, String name) {
        return kept.readable().stream()
                .filter(entry -> entry.key().equals(keptKey(tenant, name)))
                .reduce((_, later) -> later)
                .flatMap(Log.Entry::value);
    }

    /** After a transaction has ended, for all who wait behind it. */
    void wake() {
        workEvents.wake();
        jobEvents.wake();
        dispatch.wake();
        workerControl.wake();
        pools.values().forEach(group -> group.work().wake());
    }
}
