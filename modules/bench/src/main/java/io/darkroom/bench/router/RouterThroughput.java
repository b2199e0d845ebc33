package io.darkroom.bench.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.contract.wire.WorkItem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * How many transitions a router makes in a second, with exactly-once, while so many other jobs are in the system: the broker,
 * the router and workers that compute nothing share this machine.
 */
public final class RouterThroughput {
    /**
     * Decisions of the two state machines for a job of one work item: submitted, released, started and done of the job; wanted
     * and freed of its pool. What the doors judge is not counted.
     */
    static final int TRANSITIONS = 6;

    static final int SLOTS = 2000;
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private RouterThroughput() {}

    /**
     * What came out.
     *
     * @param waiting jobs in the system beside those that were measured
     * @param cpuMicros of both cores for each transition, whatever else ran on them: broker, router, workers and clients
     */
    public record Row(int waiting, double transitionsPerSecond, double cpuMicros) {}

    /**
     * Measures in one system, which fills with jobs that wait in a pool without workers.
     *
     * @param waiting how many of these there are, growing
     * @param jobs how many are measured each time
     */
    public static List<Row> measure(Path data, Duration commits, int threads, List<Integer> waiting, int jobs)
            throws InterruptedException {
        try (RouterSystem system = RouterSystem.start(data, commits, threads)) {
            system.send(system.topics().workEvents(), "one", InstantWorker.heartbeat("one", SLOTS));
            run(system, "warm-up", jobs / 2);
            List<Row> rows = new ArrayList<>();
            int parked = 0;
            for (int target : waiting) {
                park(system, parked, target);
                parked = target;
                long cpu = CpuTime.nanos();
                double seconds = run(system, "at-" + target, jobs);
                double transitions = (double) jobs * TRANSITIONS;
                rows.add(new Row(target, transitions / seconds, (CpuTime.nanos() - cpu) / transitions / 1000));
            }
            return rows;
        }
    }

    /** Gives the seconds from the first request to the last result. */
    private static double run(RouterSystem system, String name, int jobs) {
        return run(system, name, jobs, _ -> "default");
    }

    /** @param tenantOf whose job each is, by its number */
    static double run(RouterSystem system, String name, int jobs, IntFunction<String> tenantOf) {
        try (KafkaConsumer<String, byte[]> work =
                        system.readerFromNow(system.topics().work("one"));
                KafkaConsumer<String, byte[]> results =
                        system.readerFromNow(system.topics().results())) {
            long start = System.nanoTime();
            for (int job = 0; job < jobs; job++) {
                submit(system, name + "-" + job, "one", tenantOf.apply(job));
            }
            system.flush();
            int ended = 0;
            while (ended < jobs) {
                requireTime(start);
                work.poll(POLL).forEach(record -> {
                    WorkItem item = InstantWorker.item(record.value());
                    InstantWorker.start(system, item);
                    InstantWorker.finish(system, item);
                });
                ended += results.poll(Duration.ZERO).count();
            }
            return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        }
    }

    private static void park(RouterSystem system, int from, int to) {
        try (KafkaConsumer<String, byte[]> jobs =
                system.readerFromNow(system.topics().jobs())) {
            long start = System.nanoTime();
            for (int job = from; job < to; job++) {
                submit(system, "parked-" + job, "parked", "default");
            }
            system.flush();
            int queued = 0;
            while (queued < to - from) {
                requireTime(start);
                queued += jobs.poll(POLL).count();
            }
        }
    }

    private static void requireTime(long start) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
            throw new IllegalStateException("the router did not get through its jobs within " + PATIENCE);
        }
    }

    private static void submit(RouterSystem system, String id, String pool, String tenant) {
        String request = """
            {"schema_version":1,"id":"%s","tenant":"%s","deadline":"P1D","priority":"bulk","stages":[{"kind":"text2img","model":"%s",\
            "prompt":"a red fox on a blue background","num_inference_steps":20}],"output":{"uri":"%s"}}\
            """.formatted(id, tenant, pool, RouterSystem.OUTPUT);
        system.send(system.topics().requests(), id, request.getBytes(UTF_8));
    }
}
