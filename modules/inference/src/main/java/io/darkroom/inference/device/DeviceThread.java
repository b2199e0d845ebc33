package io.darkroom.inference.device;

import io.darkroom.inference.batch.Batcher;
import io.darkroom.inference.batch.DenoisingTask;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one thread that calls a device's networks. It takes turns between short calls (text,
 * pictures) and steps of the batch, one each, so that neither waits for more than one of the other.
 */
final class DeviceThread {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Deque<ShortCall<?>> calls = new ArrayDeque<>();
    private final Deque<Arrival> arrivals = new ArrayDeque<>();
    private final Residency residency;
    private final Batcher batcher;
    private final Thread thread;
    private boolean closed;

    /** Something short to do on the device's thread. */
    interface DeviceCall<T> {
        T run() throws DeviceException;
    }

    private record ShortCall<T>(DeviceCall<T> call, CompletableFuture<Timed<T>> result) {
        void run() {
            try {
                long start = System.nanoTime();
                T value = call.run();
                result.complete(new Timed<>(value, System.nanoTime() - start));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        }
    }

    private record Arrival(DenoisingTask task, CompletableFuture<Void> done) {}

    DeviceThread(int maxRows, Residency residency) {
        this.residency = residency;
        this.batcher = new Batcher(maxRows);
        this.thread = Thread.ofPlatform().name("device").daemon(true).unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    <T> CompletableFuture<Timed<T>> call(DeviceCall<T> call) {
        CompletableFuture<Timed<T>> result = new CompletableFuture<>();
        enter(() -> calls.add(new ShortCall<>(call, result)), result);
        return result;
    }

    CompletableFuture<Void> join(DenoisingTask task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        enter(() -> arrivals.add(new Arrival(task, done)), done);
        return done;
    }

    /** Lets the running call end, fails all that waits, and returns when the thread is gone. */
    void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter(Runnable adding, CompletableFuture<?> result) {
        lock.lock();
        try {
            if (closed) {
                result.completeExceptionally(closedDevice());
            } else {
                adding.run();
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        while (awaitWork()) {
            nextCall().ifPresent(ShortCall::run);
            admit();
            residency.batch(!batcher.isEmpty());
            batcher.step();
            residency.batch(!batcher.isEmpty());
        }
        drain();
    }

    /** False once the device is closed. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (!closed && calls.isEmpty() && arrivals.isEmpty() && batcher.isEmpty()) {
                work.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private Optional<ShortCall<?>> nextCall() {
        lock.lock();
        try {
            return Optional.ofNullable(calls.poll());
        } finally {
            lock.unlock();
        }
    }

    private void admit() {
        lock.lock();
        try {
            while (!arrivals.isEmpty()) {
                Arrival arrival = arrivals.poll();
                batcher.add(arrival.task(), arrival.done());
            }
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        admit();
        batcher.failAll(closedDevice());
        for (var call = nextCall(); call.isPresent(); call = nextCall()) {
            call.get().result().completeExceptionally(closedDevice());
        }
    }

    private static DeviceException closedDevice() {
        return new DeviceException(DeviceException.Kind.INTERNAL, "the device is closed");
    }
}
