package io.darkroom.cli.local;

import io.darkroom.worker.Worker;

/** A worker of a {@link LocalSystem}. */
public final class LocalWorker implements AutoCloseable {
    private final Worker worker;

    LocalWorker(Worker worker) {
        this.worker = worker;
    }

    /**
     * Stops it orderly; an interrupt is kept for the caller, and the worker is left to the
     * process's end.
     */
    @Override
    public void close() {
        try {
            worker.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
