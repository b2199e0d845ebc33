package io.darkroom.inference.batch;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** A task in the batch: which of its current rows are planned, and what came back for them. */
final class Member {
    private final DenoisingTask task;
    private final CompletableFuture<Void> done;
    private final List<Tensor> predicted = new ArrayList<>();
    private UNetRows rows;
    private RowShape shape;
    private boolean asked;
    private int predictedRows;
    private long deviceNanos;
    private long lastServed;

    Member(DenoisingTask task, CompletableFuture<Void> done) {
        this.task = task;
        this.done = done;
    }

    boolean left() {
        return done.isDone();
    }

    UNetRows rows() {
        return rows;
    }

    RowShape shape() {
        return shape;
    }

    int firstOpenRow() {
        return predictedRows;
    }

    long lastServed() {
        return lastServed;
    }

    void served(long tick) {
        lastServed = tick;
    }

    /**
     * Lets the task leave if it is over or wants to, else asks it for rows where it has none open.
     */
    void prepare() {
        try {
            if (task.cancelled()) {
                done.completeExceptionally(new CancellationException("cancelled before a step"));
            } else if (!asked && task.finished()) {
                done.complete(null);
            } else if (!asked) {
                rows = task.next();
                shape = RowShape.of(rows);
                asked = true;
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** Takes the prediction of the next open rows; hands all on once they are complete. */
    void accept(Tensor part, long nanos) {
        predicted.add(part);
        predictedRows += part.rows();
        deviceNanos += nanos;
        if (predictedRows < rows.count()) {
            return;
        }
        Tensor whole = predicted.size() == 1 ? predicted.getFirst() : Tensor.concat(predicted);
        long share = deviceNanos;
        predicted.clear();
        predictedRows = 0;
        deviceNanos = 0;
        asked = false;
        try {
            task.accept(whole, share);
        } catch (Throwable e) {
            fail(e);
        }
    }

    void fail(Throwable cause) {
        done.completeExceptionally(cause);
    }
}
