package io.darkroom.router.job;

import io.darkroom.contract.request.PriorityName;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobReply.Action;
import io.darkroom.contract.result.JobReply.Outcome;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.router.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** Answers to repeats and to control records. */
final class Replies {
    private static final int SCHEMA_VERSION = 1;
    private static final int FAULTS_IN_A_MESSAGE = 3;

    private Replies() {}

    static JobOutput repeat(JobEvent event, int run, String contentHash, Instant now) {
        boolean same = event.getSubmitted().getContentHash().equals(contentHash);
        return same
                ? reply(
                        event,
                        Optional.of(run),
                        Action.SUBMIT,
                        Outcome.DUPLICATE,
                        "the same request was accepted before; its one result stands or is to come",
                        now)
                : reply(
                        event,
                        Optional.of(run),
                        Action.SUBMIT,
                        Outcome.CONFLICT,
                        "another request holds this id; use an id that was not used before",
                        now);
    }

    static JobOutput invalid(JobEvent event, int run, Instant now) {
        String faults = event.getRefused().getFaultsList().stream()
                .limit(FAULTS_IN_A_MESSAGE)
                .map(fault ->
                        fault.getPath().isEmpty() ? fault.getMessage() : fault.getPath() + ": " + fault.getMessage())
                .collect(Collectors.joining("; "));
        return reply(
                event,
                Optional.of(run),
                Action.SUBMIT,
                Outcome.INVALID,
                "the request was refused, and another one holds its id: " + faults,
                now);
    }

    static JobOutput cancelled(String tenant, String id, int run, Instant now) {
        return new JobOutput.Reply(new JobReply(
                SCHEMA_VERSION,
                tenant,
                id,
                Optional.of(run),
                Action.CANCEL,
                Outcome.CANCELLED,
                "the job is cancelled",
                now));
    }

    static JobOutput alreadyFinished(JobEvent event, Action action, JobState.Finished finished, Instant now) {
        return reply(
                event,
                Optional.of(finished.run()),
                action,
                Outcome.ALREADY_FINISHED,
                "the job has its result already: " + finished.status().name(),
                now);
    }

    static JobOutput reprioritised(JobKey job, Priority priority, int moved, Instant now) {
        String message = "the job's priority is now " + PriorityName.of(priority) + ", and it waits with that in "
                + moved + (moved == 1 ? " queue" : " queues");
        return new JobOutput.Reply(new JobReply(
                SCHEMA_VERSION,
                job.getTenant(),
                job.getId(),
                Optional.of(job.getRun()),
                Action.REPRIORITISE,
                Outcome.REPRIORITISED,
                message,
                now));
    }

    static JobOutput nothingToReprioritise(JobEvent event, Instant now) {
        return unknown(event, Action.REPRIORITISE, now);
    }

    static JobOutput unknownToReplay(JobEvent event, Instant now) {
        return unknown(event, Action.REPLAY, now);
    }

    static JobOutput replayed(JobEvent event, int run, Instant now) {
        String message = "the job runs again, as run " + run + "; its result will be another record";
        return reply(event, Optional.of(run), Action.REPLAY, Outcome.REPLAYED, message, now);
    }

    static JobOutput stillRuns(JobEvent event, int run, Instant now) {
        return reply(event, Optional.of(run), Action.REPLAY, Outcome.NOT_REPLAYABLE, "the job has no result yet", now);
    }

    static JobOutput notReplayable(JobEvent event, JobState.Finished finished, Instant now) {
        String message = "only a job that failed or expired runs again, and this one is "
                + finished.status().name() + "; submit it under another id";
        return reply(event, Optional.of(finished.run()), Action.REPLAY, Outcome.NOT_REPLAYABLE, message, now);
    }

    private static JobOutput unknown(JobEvent event, Action action, Instant now) {
        return reply(event, Optional.empty(), action, Outcome.UNKNOWN_JOB, "no job has this id", now);
    }

    static JobOutput unknownJob(JobEvent event, Duration kept, Instant now) {
        String message = kept.isZero()
                ? "no job has this id"
                : "no job has this id yet; if it comes within " + kept.toMinutes() + " minutes, it is cancelled";
        return reply(event, Optional.empty(), Action.CANCEL, Outcome.UNKNOWN_JOB, message, now);
    }

    private static JobOutput reply(
            JobEvent event, Optional<Integer> run, Action action, Outcome outcome, String message, Instant now) {
        return new JobOutput.Reply(
                new JobReply(SCHEMA_VERSION, event.getTenant(), event.getId(), run, action, outcome, message, now));
    }
}
