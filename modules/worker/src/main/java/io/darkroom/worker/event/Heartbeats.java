package io.darkroom.worker.event;

import io.darkroom.contract.wire.WorkerHeartbeat;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the worker's lease at the router in a thread of its own, from {@link #start} to {@link
 * #close}.
 */
public final class Heartbeats implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

    private final WorkEvents events;
    private final Duration interval;
    private final Supplier<WorkerHeartbeat> current;
    private final Thread thread;

    public Heartbeats(WorkEvents events, Duration interval, Supplier<WorkerHeartbeat> current) {
        this.events = events;
        this.interval = interval;
        this.current = current;
        this.thread = Thread.ofPlatform().name("worker-heartbeat").daemon().unstarted(this::run);
    }

    /** Sends the first one before it returns. */
    public void start() throws EventNotPublishedException, InterruptedException {
        events.heartbeat(current.get());
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
            events.heartbeat(heartbeat);
        } catch (EventNotPublishedException e) {
            LOG.warn("heartbeat lost: {}", e.getMessage());
        }
    }
}
