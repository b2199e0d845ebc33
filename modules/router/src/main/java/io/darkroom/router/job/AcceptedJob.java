package io.darkroom.router.job;

import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What was accepted; it never changes, and is stored once. */
public record AcceptedJob(
        JobKey key,
        String contentHash,
        Map<String, String> labels,
        Optional<String> traceparent,
        Instant submitted,
        Instant deadline,
        Plan plan) {

    public AcceptedJob {
        labels = Map.copyOf(labels);
    }

    /** Indexes of the work items that wait for the one at {@code index}. */
    List<Integer> consumersOf(int index) {
        return IntStream.range(0, plan.getItemsCount())
                .filter(item -> ItemSources.producers(plan, item).contains(index))
                .boxed()
                .toList();
    }
}
