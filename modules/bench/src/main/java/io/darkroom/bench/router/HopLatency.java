package io.darkroom.bench.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.contract.wire.WorkItem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * How long it takes from a worker's outcome until the next work item of the job, in another pool, is in a worker's hands:
 * three transactions of the router (door, job, pool). Routers that differ in their commit interval take turns.
 */
public final class HopLatency {
    public static final int WARM_UP = 20;
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private HopLatency() {}

    /** What came out for one commit interval. */
    public record Row(Duration commits, double medianMillis, double p99Millis) {}

    /** Measures each {@code rounds} times, after as many rounds of {@code warmUp} that do not count. */
    public static List<Row> measure(Path data, List<Duration> commits, int rounds, int warmUp)
            throws InterruptedException {
        Map<Duration, Hops> systems = new LinkedHashMap<>();
        try {
            for (Duration interval : commits) {
                systems.put(interval, Hops.start(data.resolve("commits-" + interval.toMillis()), interval));
            }
            Map<Duration, double[]> millis = new LinkedHashMap<>();
            commits.forEach(interval -> millis.put(interval, new double[rounds]));
            for (int round = -warmUp; round < rounds; round++) {
                for (Duration interval : commits) {
                    double took = systems.get(interval).hop(round);
                    if (round >= 0) {
                        millis.get(interval)[round] = took;
                    }
                }
            }
            List<Row> rows = new ArrayList<>();
            millis.forEach((interval, all) -> rows.add(row(interval, all)));
            return rows;
        } finally {
            systems.values().forEach(Hops::close);
        }
    }

    private static Row row(Duration interval, double[] millis) {
        Arrays.sort(millis);
        return new Row(interval, millis[millis.length / 2], millis[(int) Math.ceil(millis.length * 0.99) - 1]);
    }

    /** One router, with a worker in each of two pools. */
    private record Hops(RouterSystem system, KafkaConsumer<String, byte[]> first, KafkaConsumer<String, byte[]> second)
            implements AutoCloseable {
        static Hops start(Path data, Duration commits) throws InterruptedException {
            RouterSystem system = RouterSystem.start(data, commits, 1);
            for (String pool : List.of("one", "two")) {
                system.send(system.topics().workEvents(), pool, InstantWorker.heartbeat(pool, 4));
            }
            system.flush();
            return new Hops(
                    system,
                    system.readerFromNow(system.topics().work("one")),
                    system.readerFromNow(system.topics().work("two")));
        }

        double hop(int round) {
            String request = """
                {"schema_version":1,"id":"hop-%d","stages":[
                  {"kind":"text2img","model":"one","prompt":"a red fox","num_inference_steps":20},
                  {"kind":"img2img","model":"two","prompt":"a red fox","num_inference_steps":20}],
                 "output":{"uri":"%s"}}\
                """.formatted(round, RouterSystem.OUTPUT);
            system.send(system.topics().requests(), "", request.getBytes(UTF_8));
            system.flush();
            WorkItem item = next(first);
            InstantWorker.start(system, item);
            long start = System.nanoTime();
            InstantWorker.finish(system, item);
            system.flush();
            WorkItem then = next(second);
            double millis = (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
            InstantWorker.start(system, then);
            InstantWorker.finish(system, then);
            system.flush();
            return millis;
        }

        private static WorkItem next(KafkaConsumer<String, byte[]> work) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < PATIENCE.toNanos()) {
                for (ConsumerRecord<String, byte[]> record : work.poll(POLL)) {
                    return InstantWorker.item(record.value());
                }
            }
            throw new IllegalStateException("the router released nothing within " + PATIENCE);
        }

        @Override
        public void close() {
            first.close();
            second.close();
            system.close();
        }
    }
}
