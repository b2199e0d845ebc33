package io.darkroom.router.streams;

import io.darkroom.contract.wire.router.JobRecord;
import io.darkroom.contract.wire.router.StoredJob;
import io.darkroom.router.job.AcceptedJob;
import io.darkroom.router.job.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The stores of one task of the jobs' part: states, what was accepted, and the index of timers. */
final class JobStores {
    static final String STATES = "job-states";
    static final String ACCEPTED = "accepted-jobs";
    static final String TIMERS = "job-timers";

    private static final byte[] PRESENT = {1};
    private static final long NONE = 0;

    /** A job's state and where it stands in the index of timers. */
    record Loaded(JobState state, long timer) {}

    private final KeyValueStore<String, byte[]> states;
    private final KeyValueStore<String, byte[]> accepted;
    private final KeyValueStore<byte[], byte[]> timers;

    /**
     * Before it there is no timer. A look into the index is dear, whatever it finds: between the first timer and the next
     * lie the traces of all that were moved since, and RocksDB passes over them one by one.
     */
    private long noneBefore;

    JobStores(ProcessorContext<?, ?> context) {
        this.states = context.getStateStore(STATES);
        this.accepted = context.getStateStore(ACCEPTED);
        this.timers = context.getStateStore(TIMERS);
    }

    Loaded load(String job) {
        byte[] stored = states.get(job);
        if (stored == null) {
            return new Loaded(new JobState.Unknown(), NONE);
        }
        JobRecord record = Stored.parse(JobRecord.parser(), stored);
        JobState state = JobRecords.read(record, () -> Stored.parse(StoredJob.parser(), accepted.get(job)));
        return new Loaded(state, record.getTimerEpochMillis());
    }

    /**
     * @param timerFired whether the entry that {@code before} names has left the index
     */
    void save(String job, Loaded before, JobState after, Optional<Long> timer, boolean timerFired) {
        moveTimer(job, timerFired ? NONE : before.timer(), timer.orElse(NONE));
        if (!after.equals(before.state()) || before.timer() != timer.orElse(NONE)) {
            states.put(
                    job,
                    after instanceof JobState.Unknown
                            ? null
                            : JobRecords.write(after, timer.orElse(NONE)).toByteArray());
        }
        saveAccepted(job, before.state(), after);
    }

    /** What is accepted never changes, so it is written once for each run, and kept as long as the state has it. */
    private void saveAccepted(String job, JobState before, JobState after) {
        Optional<AcceptedJob> kept = accepted(before);
        Optional<AcceptedJob> wanted = accepted(after);
        if (!wanted.equals(kept)) {
            accepted.put(
                    job, wanted.map(now -> JobRecords.job(now).toByteArray()).orElse(null));
        }
    }

    private static Optional<AcceptedJob> accepted(JobState state) {
        return switch (state) {
            case JobState.Active active -> Optional.of(active.job());
            case JobState.Finished finished -> finished.replayable();
            case JobState.Unknown _, JobState.EarlyCancel _ -> Optional.empty();
        };
    }

    private void moveTimer(String job, long from, long to) {
        if (from == to) {
            return;
        }
        if (from != NONE) {
            timers.delete(Keys.timer(from, job));
        }
        if (to != NONE) {
            timers.put(Keys.timer(to, job), PRESENT);
            noneBefore = Math.min(noneBefore, to);
        }
    }

    /** Takes the jobs whose time has come out of the index, the longest due first. */
    List<String> takeDue(long nowMillis, int most) {
        long from = noneBefore;
        if (nowMillis < from) {
            return List.of();
        }
        List<byte[]> due = new ArrayList<>();
        noneBefore = Long.MAX_VALUE;
        try (KeyValueIterator<byte[], byte[]> entries = timers.range(Keys.timer(from, ""), null)) {
            while (entries.hasNext()) {
                byte[] entry = entries.next().key;
                if (Keys.timeOf(entry) > nowMillis || due.size() == most) {
                    noneBefore = Keys.timeOf(entry);
                    break;
                }
                due.add(entry);
            }
        }
        due.forEach(timers::delete);
        return due.stream().map(Keys::jobOfTimer).toList();
    }
}
