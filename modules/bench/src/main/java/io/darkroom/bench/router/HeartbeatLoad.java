package io.darkroom.bench.router;

import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkerHeartbeat;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** What workers' heartbeats cost a router in which nothing else happens: bytes of the changelog of pools, and CPU. */
public final class HeartbeatLoad {
    /** As workers send them, see Heartbeats there: often apart, and now and then among the events of work. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Duration AMONG_EVENTS = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(10);
    private static final Duration WARM_UP = Duration.ofSeconds(20);

    private HeartbeatLoad() {}

    /**
     * What came out.
     *
     * @param changelogBytes of the changelog of pools, in a second
     * @param cores that the router's threads used
     */
    public record Row(int workers, double changelogBytes, double cores) {}

    /**
     * @param workers how many, in turns; 0 shows what an idle router takes
     * @param measured how long each time
     */
    public static List<Row> measure(Path data, Duration commits, List<Integer> workers, Duration measured)
            throws InterruptedException {
        try (RouterSystem system = RouterSystem.start(data, commits, 1)) {
            List<Row> rows = new ArrayList<>();
            for (int count : workers) {
                beat(system, count, WARM_UP);
                try (KafkaConsumer<String, byte[]> changelog = system.readerFromNow(system.changelog("pools"))) {
                    long cpu = routerNanos();
                    long start = System.nanoTime();
                    beat(system, count, measured);
                    double nanos = System.nanoTime() - start;
                    double cores = (routerNanos() - cpu) / nanos;
                    rows.add(new Row(count, RouterSystem.bytesToEnd(changelog) / (nanos / 1e9), cores));
                }
            }
            return rows;
        }
    }

    /** All workers' heartbeats, spread evenly. */
    private static void beat(RouterSystem system, int workers, Duration time) throws InterruptedException {
        long start = System.nanoTime();
        long sent = 0;
        while (System.nanoTime() - start < time.toNanos()) {
            long due = (long) ((System.nanoTime() - start) / (double) INTERVAL.toNanos() * workers);
            for (; sent < due; sent++) {
                int worker = (int) (sent % workers);
                WorkEvent heartbeat = heartbeat(worker);
                system.send(system.topics().heartbeats(), "one", heartbeat);
                if (sent / workers % (AMONG_EVENTS.toMillis() / INTERVAL.toMillis()) == 0) {
                    system.send(system.topics().workEvents(), "one", heartbeat);
                }
            }
            Thread.sleep(TICK);
        }
        system.flush();
    }

    private static WorkEvent heartbeat(int worker) {
        return WorkEvent.newBuilder()
                .setProtocolVersion(1)
                .setWorkerIncarnation("00000000-0000-0000-0000-%012d".formatted(worker))
                .setHeartbeat(WorkerHeartbeat.newBuilder()
                        .setPool("one")
                        .setSlots(4)
                        .addProtocolVersions(1)
                        .addProtocolVersions(2)
                        .setIntervalMillis((int) INTERVAL.toMillis())
                        .setApart(true))
                .build();
    }

    /** The broker and the workers share the process, but not the threads. */
    private static long routerNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && isRouters(thread.getThreadName())) {
                nanos += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }

    private static boolean isRouters(String thread) {
        return thread.contains("darkroom.router") || thread.equals("heartbeat-reader");
    }
}
