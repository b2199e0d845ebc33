package io.darkroom.worker.health;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Finds out, in a thread of its own, when a worker that is ill is well again: at its start, and after attempts failed. */
public final class HealthProbe implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final WorkerHealth health;
    private final Check check;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** Everything that a worker needs beside its group. */
    public interface Check {
        /**
         * Returns if all is well.
         *
         * @throws IllWorkerException with what is wrong
         */
        void run() throws IllWorkerException, InterruptedException;
    }

    public HealthProbe(WorkerHealth health, Check check) {
        this.health = health;
        this.check = check;
        this.thread = Thread.ofPlatform().name("worker-probe").daemon().unstarted(this::run);
    }

    /** Looks once before it returns. */
    public void start() throws InterruptedException {
        look();
        thread.start();
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.interrupt();
        thread.join();
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        try {
            while (closing.getCount() > 0) {
                health.awaitIll(LOOK_AGAIN);
                if (health.isWell()) {
                    pause = FIRST_PAUSE;
                    continue;
                }
                var unused = closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                // One that falls ill again within the minute is asked less and less often.
                look();
                pause = longer(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        try {
            check.run();
            health.recovered();
        } catch (IllWorkerException e) {
            health.stillIll(e.getMessage());
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
}
