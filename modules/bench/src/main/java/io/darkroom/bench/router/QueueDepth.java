package io.darkroom.bench.router;

import static io.darkroom.contract.wire.Priority.PRIORITY_BULK;
import static io.darkroom.contract.wire.Priority.PRIORITY_STANDARD;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.WorkerLease;
import io.darkroom.router.dispatch.DispatchEvents;
import io.darkroom.router.dispatch.DispatchMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    private static final int TENANTS = 3;
    private static final int ROUNDS = 5;
    public static final int WARM_UP = 8;
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** Events in one measurement, many so that commits weigh little; and how many are in flight. */
    private final int batch;

    private final String pool;
    private final RouterSystem system;
    private final KafkaConsumer<String, byte[]> work;
    private final Deque<AttemptKey> inFlight = new ArrayDeque<>();
    private int wanted;

    /** Released, or withdrawn. */
    private int gone;

    private QueueDepth(RouterSystem system, String pool, int batch) {
        this.system = system;
        this.pool = pool;
        this.batch = batch;
        send(DispatchEvent.newBuilder()
                .setLease(WorkerLease.newBuilder().setWorkerIncarnation("w").setSlots(batch))
                .build());
        this.work = system.readerFromNow(system.topics().work(pool));
    }

    /**
     * What came out, in microseconds of CPU for each event: broker, router and client, whatever else runs on the machine.
     *
     * @param waiting how many waited in the pool, or a few thousand more
     */
    public record Row(int waiting, double release, double cancel, double move) {}

    /**
     * @param depths growing
     * @param batch events in each measurement
     * @param warmUps measurements before the first, which do not count
     */
    public static List<Row> measure(Path data, List<Integer> depths, int batch, int warmUps)
            throws InterruptedException {
        try (RouterSystem system = RouterSystem.start(data, Duration.ofMillis(100), 1)) {
            var warmUp = new QueueDepth(system, "two", batch);
            warmUp.begin();
            for (int round = 0; round < warmUps; round++) {
                warmUp.row(0);
            }
            warmUp.work.close();
            var depth = new QueueDepth(system, "one", batch);
            depth.begin();
            List<Row> rows = new ArrayList<>();
            for (int waiting : depths) {
                depth.fill(waiting - (depth.wanted - depth.gone));
                depth.mark();
                rows.add(depth.row(waiting));
            }
            depth.work.close();
            return rows;
        }
    }

    /** Fills what can be in flight. */
    private void begin() {
        fill(2 * batch);
        awaitReleases(batch + 1);
    }

    private void fill(int more) {
        for (int last = wanted + more; wanted < last; wanted++) {
            send(DispatchEvents.wanted(item(wanted)));
        }
        system.flush();
    }

    private Row row(int waiting) {
        double release = 0;
        double cancel = 0;
        double move = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int first = wanted;
            fill(3 * batch);
            mark();
            release += micros(this::releaseAll, batch + 1);
            // Among those that came last, which nothing has released yet.
            cancel += micros(() -> each(first + batch, number -> DispatchEvents.freed(attempt(number))), batch);
            gone += batch;
            move += micros(
                    () -> each(first + 2 * batch, number -> DispatchEvents.moved(attempt(number), PRIORITY_STANDARD)),
                    batch);
        }
        return new Row(waiting, release / ROUNDS, cancel / ROUNDS, move / ROUNDS);
    }

    /** All that is in flight ends, and as much is released. */
    private void releaseAll() {
        int count = inFlight.size();
        while (!inFlight.isEmpty()) {
            send(DispatchEvents.freed(inFlight.poll()));
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
            send(DispatchEvents.freed(inFlight.poll()));
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
                inFlight.add(DispatchMachine.attemptOf(InstantWorker.item(record.value())));
                seen++;
                gone++;
            }
        }
    }

    private void send(DispatchEvent event) {
        system.send(system.topics().dispatch(), pool, event);
    }

    private static double micros(Runnable what, int events) {
        long start = CpuTime.nanos();
        what.run();
        return (CpuTime.nanos() - start) / (double) TimeUnit.MICROSECONDS.toNanos(1) / events;
    }

    private AttemptKey attempt(int number) {
        return DispatchMachine.attemptOf(item(number));
    }

    private WorkItem item(int number) {
        return WorkItem.newBuilder()
                .setJob(JobKey.newBuilder()
                        .setTenant("tenant-" + number % TENANTS)
                        .setId("job-" + number)
                        .setRun(1))
                .setAttempt(1)
                .setPool(pool)
                .setPriority(PRIORITY_BULK)
                .setExpectedCost(1000)
                .setPixels(4096)
                .build();
    }
}
