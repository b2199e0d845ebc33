package io.darkroom.bench.router;

import static io.darkroom.contract.wire.Priority.PRIORITY_BULK;
import static io.darkroom.contract.wire.Priority.PRIORITY_STANDARD;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.WorkMoved;
import io.darkroom.contract.wire.router.WorkerLease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * What a release, a cancellation and a change of priority take in a real router while so many work items wait for one pool,
 * of three tenants. Events of dispatch are written as jobs write them, so that only dispatch and its stores are measured.
 */
public final class QueueDepth {
    private static final String POOL = "one";
    private static final int TENANTS = 3;
    private static final int ROUNDS = 5;
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** Events in one measurement, many so that commits weigh little; and how many are in flight. */
    private final int batch;

    private final RouterSystem system;
    private final KafkaConsumer<String, byte[]> work;
    private final Deque<AttemptKey> inFlight = new ArrayDeque<>();
    private int wanted;

    private QueueDepth(RouterSystem system, int batch) {
        this.system = system;
        this.batch = batch;
        system.send(
                system.topics().dispatch(),
                POOL,
                DispatchEvent.newBuilder()
                        .setLease(WorkerLease.newBuilder()
                                .setWorkerIncarnation("w")
                                .setSlots(batch))
                        .build());
        this.work = system.readerFromNow(system.topics().work(POOL));
    }

    /**
     * What came out, in microseconds for each event, all that belongs to it counted.
     *
     * @param waiting how many waited in the pool
     */
    public record Row(int waiting, double release, double cancel, double move) {}

    /**
     * @param depths growing
     * @param batch events in each measurement
     */
    public static List<Row> measure(Path data, List<Integer> depths, int batch) throws InterruptedException {
        try (RouterSystem system = RouterSystem.start(data, Duration.ofMillis(100), 1)) {
            var depth = new QueueDepth(system, batch);
            depth.fill(2 * batch);
            depth.awaitReleases(batch + 1);
            depth.row(0);
            depth.row(0); // both to warm up
            List<Row> rows = new ArrayList<>();
            for (int waiting : depths) {
                depth.fill(waiting + batch + 1);
                depth.mark();
                rows.add(depth.row(waiting));
            }
            depth.work.close();
            return rows;
        }
    }

    /** Until as many were wanted in all. */
    private void fill(int total) {
        for (; wanted < total; wanted++) {
            system.send(
                    system.topics().dispatch(),
                    POOL,
                    DispatchEvent.newBuilder().setWanted(item(wanted)).build());
        }
        system.flush();
    }

    private Row row(int waiting) {
        double[] release = new double[ROUNDS];
        double[] cancel = new double[ROUNDS];
        double[] move = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            int first = wanted;
            fill(first + 3 * batch);
            mark();
            release[round] = micros(this::releaseAll, batch + 1);
            // Among those that came last, so that there are some for each round.
            int cancelled = first + batch;
            cancel[round] = micros(() -> each(cancelled, number -> freed(attempt(number))), batch);
            int moved = first + 2 * batch;
            move[round] = micros(() -> each(moved, QueueDepth::raised), batch);
        }
        return new Row(waiting, median(release), median(cancel), median(move));
    }

    /** All that is in flight ends, and as much is released. */
    private void releaseAll() {
        int count = inFlight.size();
        while (!inFlight.isEmpty()) {
            send(freed(inFlight.poll()));
        }
        system.flush();
        awaitReleases(count);
    }

    private interface Event {
        DispatchEvent of(int number);
    }

    private void each(int first, Event event) {
        for (int number = first; number < first + batch; number++) {
            send(event.of(number));
        }
        mark();
    }

    /** Waits until all that was sent before has been decided: one more ends, and what is released for it is seen. */
    private void mark() {
        if (!inFlight.isEmpty()) {
            send(freed(inFlight.poll()));
            system.flush();
            awaitReleases(1);
        }
    }

    private void awaitReleases(int count) {
        long start = System.nanoTime();
        int seen = 0;
        while (seen < count) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("the router did not release " + count + " within " + PATIENCE);
            }
            for (ConsumerRecord<String, byte[]> record : work.poll(POLL)) {
                inFlight.add(InstantWorker.attempt(InstantWorker.item(record.value())));
                seen++;
            }
        }
    }

    private void send(DispatchEvent event) {
        system.send(system.topics().dispatch(), POOL, event);
    }

    private static double micros(Runnable what, int events) {
        long start = System.nanoTime();
        what.run();
        return (System.nanoTime() - start) / (double) TimeUnit.MICROSECONDS.toNanos(1) / events;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static DispatchEvent freed(AttemptKey attempt) {
        return DispatchEvent.newBuilder().setFreed(attempt).build();
    }

    private static DispatchEvent raised(int number) {
        return DispatchEvent.newBuilder()
                .setMoved(WorkMoved.newBuilder().setAttempt(attempt(number)).setPriority(PRIORITY_STANDARD))
                .build();
    }

    private static AttemptKey attempt(int number) {
        return InstantWorker.attempt(item(number));
    }

    private static WorkItem item(int number) {
        return WorkItem.newBuilder()
                .setJob(JobKey.newBuilder()
                        .setTenant("tenant-" + number % TENANTS)
                        .setId("job-" + number)
                        .setRun(1))
                .setAttempt(1)
                .setPool(POOL)
                .setPriority(PRIORITY_BULK)
                .setExpectedCost(1000)
                .setPixels(4096)
                .build();
    }
}
