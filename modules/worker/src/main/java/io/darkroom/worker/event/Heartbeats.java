package io.darkroom.worker.event;

import io.darkroom.contract.wire.WorkerHeartbeat;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the worker's lease at the router in a thread of its own, from {@link #start} to {@link
 * #close}: often, in a topic that only routers' memories follow, so that a worker that is killed is missed within seconds;
 * and when something changes, and now and then, among the events of work, for routers that do not read that topic.
 */
public final class Heartbeats implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

    /**
     * A third of the lease that routers of before give. By the clock of the day, so that all workers' come within a second: a
     * router commits a transaction for each moment in which some come, not for each of them.
     */
    private static final Duration AMONG_EVENTS = Duration.ofSeconds(10);

    private final WorkEvents events;
    private final Duration interval;
    private final Supplier<WorkerHeartbeat> current;
    private final Thread thread;

    /** What was sent last among the events, and in which of these intervals. */
    private int slotsAmongEvents = -1;

    private long turnAmongEvents;

    /** In a row, until now. */
    private long lost;

    public Heartbeats(WorkEvents events, Duration interval, Supplier<WorkerHeartbeat> current) {
        this.events = events;
        this.interval = interval;
        this.current = current;
        this.thread = Thread.ofPlatform().name("worker-heartbeat").daemon().unstarted(this::run);
    }

    /** Sends the first one before it returns. */
    public void start() throws EventNotPublishedException, InterruptedException {
        publish(current.get());
        thread.start();
    }

    /** Ends the lease, so that the router need not wait for it to run out. */
    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
        send(current.get().toBuilder().setLeaving(true).build());
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(interval);
                send(current.get());
            }
        } catch (InterruptedException e) {
            LOG.debug("heartbeats end");
        }
    }

    private void send(WorkerHeartbeat heartbeat) throws InterruptedException {
        try {
            publish(heartbeat);
            if (lost > 0) {
                LOG.info("heartbeats are taken again; {} were lost", lost);
            }
            lost = 0;
        } catch (EventNotPublishedException e) {
            if (lost == 0) {
                LOG.warn("heartbeats are lost from now on: {}", e.getMessage());
            }
            lost++;
        }
    }

    /**
     * Sends one more among the events of work.
     *
     * @throws EventNotPublishedException if the router cannot be told of work either
     */
    public void tryEvents() throws EventNotPublishedException, InterruptedException {
        events.heartbeat(complete(current.get()));
    }

    private WorkerHeartbeat complete(WorkerHeartbeat said) {
        return said.toBuilder()
                .setApart(true)
                .setIntervalMillis(Math.toIntExact(interval.toMillis()))
                .build();
    }

    private void publish(WorkerHeartbeat said) throws EventNotPublishedException, InterruptedException {
        WorkerHeartbeat heartbeat = complete(said);
        events.heartbeatApart(heartbeat.toBuilder().clearModelDigests().build());
        long turn = System.currentTimeMillis() / AMONG_EVENTS.toMillis();
        boolean news = heartbeat.getLeaving() || heartbeat.getSlots() != slotsAmongEvents;
        if (news || turn != turnAmongEvents) {
            events.heartbeat(heartbeat);
            slotsAmongEvents = heartbeat.getSlots();
            turnAmongEvents = turn;
        }
    }
}
