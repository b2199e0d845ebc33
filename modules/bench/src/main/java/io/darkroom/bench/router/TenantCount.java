package io.darkroom.bench.router;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** What as many jobs cost when they are one tenant's and when they are many tenants': bytes of changelogs, and CPU. */
public final class TenantCount {
    private static final List<String> STORES = List.of("pools", "pool-queue", "pool-places");

    private TenantCount() {}

    /**
     * What came out.
     *
     * @param poolBytes written to the changelog of pools
     * @param allBytes written to all changelogs of dispatch
     * @param cpuMicros of all cores for each transition: broker, router, workers and clients
     */
    public record Row(int tenants, long poolBytes, long allBytes, double cpuMicros) {}

    /**
     * Measures in one system, one after the other.
     *
     * @param tenants how many the jobs are of, in turns
     * @param jobs how many are measured each time
     */
    public static List<Row> measure(Path data, Duration commits, List<Integer> tenants, int jobs)
            throws InterruptedException {
        try (RouterSystem system = RouterSystem.start(data, commits, 1)) {
            system.send(
                    system.topics().workEvents(), "one", InstantWorker.heartbeat("one", RouterThroughput.SLOTS / 20));
            RouterThroughput.run(system, "warm-up", jobs, _ -> "default");
            List<Row> rows = new ArrayList<>();
            for (int count : tenants) {
                rows.add(row(system, count, jobs));
            }
            return rows;
        }
    }

    private static Row row(RouterSystem system, int count, int jobs) {
        Map<String, KafkaConsumer<String, byte[]>> changelogs = new LinkedHashMap<>();
        STORES.forEach(store -> changelogs.put(store, system.readerFromNow(system.changelog(store))));
        try {
            IntFunction<String> tenants = job -> "of-" + count + "-" + job % count;
            long cpu = CpuTime.nanos();
            RouterThroughput.run(system, "of-" + count, jobs, tenants);
            double micros = (CpuTime.nanos() - cpu) / 1000.0 / jobs / RouterThroughput.TRANSITIONS;
            Map<String, Long> bytes = new LinkedHashMap<>();
            changelogs.forEach((store, reader) -> bytes.put(store, RouterSystem.bytesToEnd(reader)));
            long all = bytes.values().stream().mapToLong(Long::longValue).sum();
            return new Row(count, bytes.get("pools"), all, micros);
        } finally {
            changelogs.values().forEach(KafkaConsumer::close);
        }
    }
}
