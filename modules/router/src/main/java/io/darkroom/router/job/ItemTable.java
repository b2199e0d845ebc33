package io.darkroom.router.job;

import com.google.protobuf.ByteString;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkItem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A job's work items while one event is decided on: where each of them is, and what dispatch is told of them. */
final class ItemTable {
    private final AcceptedJob job;
    private final JobEnvironment environment;
    private final JobLimits limits;
    private final Instant now;
    private final List<ItemState> items;
    private final List<JobOutput> outputs;

    /**
     * @param outputs to which what dispatch is told is added
     */
    ItemTable(JobState.Active before, JobEnvironment environment, Instant now, List<JobOutput> outputs) {
        this.job = before.job();
        this.environment = environment;
        this.limits = environment.limits();
        this.now = now;
        this.items = new ArrayList<>(before.items());
        this.outputs = outputs;
    }

    /** As they are now; to be changed in place. */
    List<ItemState> all() {
        return items;
    }

    ItemState get(int index) {
        return items.get(index);
    }

    Tries tried(int index) {
        return items.get(index).tried().orElseThrow();
    }

    boolean allOver() {
        return items.stream().allMatch(ItemState::isOver);
    }

    /**
     * The work item whose attempt this is and whose outcome is still awaited; empty for all that is
     * superseded.
     */
    OptionalInt current(AttemptKey attempt) {
        int index = attempt.getIndex();
        boolean counts = attempt.getJob().equals(job.key())
                && index < items.size()
                && items.get(index).attemptIsOut()
                && tried(index).attempt() == attempt.getAttempt();
        return counts ? OptionalInt.of(index) : OptionalInt.empty();
    }

    /**
     * The same of an attempt that a worker reports about. Whoever was not given the attempt does not know its token; before the
     * attempt was released, nobody can have been given it.
     */
    OptionalInt reported(AttemptKey attempt, ByteString token) {
        OptionalInt index = current(attempt);
        if (index.isEmpty()) {
            return index;
        }
        Tries tries = tried(index.getAsInt());
        if (tries.released() && tries.isOf(token)) {
            return index;
        }
        outputs.add(new JobOutput.ForgedEvent(attempt));
        return OptionalInt.empty();
    }

    /** Those that wait and have all they wait for, with what each begins with. */
    List<Integer> ready() {
        List<Integer> ready = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            if (items.get(index) instanceof ItemState.Blocked
                    && ItemSources.producers(job.plan(), index).stream()
                            .allMatch(producer -> items.get(producer).isOver())) {
                ready.add(index);
            }
        }
        return ready;
    }

    /**
     * Asks dispatch for an attempt.
     *
     * @param first whether it is the first of its job, which may still be turned away
     * @return why that cannot be: in a transaction a record that is too large could not be skipped; empty if it can
     */
    Optional<String> want(int index, Tries tries, Instant runnable, Priority priority, boolean first) {
        // One that is released once more keeps its token: the first copy's outcome is as good.
        Tries asked = items.get(index).attemptIsOut()
                ? tries
                : tries.asked(environment.tokens().next());
        WorkItem work = WorkItems.of(job, items, index, asked, priority, environment).toBuilder()
                .setFirst(first)
                .build();
        if (work.getSerializedSize() > WorkItems.MAX_BYTES) {
            return Optional.of("what work item " + index + " is handed from other work items takes "
                    + work.getSerializedSize() + " bytes; at most " + WorkItems.MAX_BYTES
                    + " are possible: let a stage take fewer pictures");
        }
        items.set(index, new ItemState.Queued(asked, runnable));
        outputs.add(new JobOutput.Want(work));
        return Optional.empty();
    }

    /** Tells dispatch that the attempt is over, or no longer wanted. */
    void free(int index) {
        outputs.add(new JobOutput.Free(
                job.plan().getItems(index).getPool(),
                WorkItems.attemptKey(job, index, tried(index).attempt())));
    }

    /** Whether any had an attempt out. */
    boolean freeAll() {
        boolean anyOut = false;
        for (int index = 0; index < items.size(); index++) {
            if (items.get(index).attemptIsOut()) {
                free(index);
                anyOut = true;
            }
        }
        return anyOut;
    }

    void run(int index, Tries tries, Instant runnable, String worker) {
        Instant limit = tries.starts() > limits.starts()
                ? now
                : now.plus(limits.attemptLimit(job.plan().getItems(index))).plus(limits.grace());
        items.set(index, new ItemState.Running(tries, runnable, now, limit, worker));
    }

    void accept(int index, WorkDone outcome) {
        free(index);
        Instant started = items.get(index) instanceof ItemState.Running running ? running.started() : now;
        Instant runnable = Results.runnable(items.get(index)).orElseThrow();
        items.set(index, new ItemState.Done(tried(index), runnable, started, outcome));
    }

    /** Latents of those that the work item was the last to take need not be kept longer than a retry could want them. */
    void dropWhatWasTakenBy(int index) {
        ItemSources.producers(job.plan(), index).forEach(this::dropHandoverIfRead);
    }

    private void dropHandoverIfRead(int source) {
        boolean read = job.consumersOf(source).stream().allMatch(index -> items.get(index) instanceof ItemState.Done);
        if (read && items.get(source) instanceof ItemState.Done(var tries, var runnable, var started, var outcome)) {
            items.set(
                    source,
                    new ItemState.Done(
                            tries,
                            runnable,
                            started,
                            outcome.toBuilder().clearHandover().build()));
        }
    }

    void backOff(int index, Tries next) {
        free(index);
        Instant runnable = Results.runnable(items.get(index)).orElse(now);
        Duration wait = Backoff.before(next, WorkItems.attemptKey(job, index, next.attempt()), limits);
        items.set(index, new ItemState.BackingOff(next, runnable, now.plus(wait)));
    }

    /** Waits for its producers again, of which one has to be run after all: it is not the work item's failure. */
    void block(int index) {
        free(index);
        items.set(index, new ItemState.Blocked(tried(index).anew()));
    }
}
