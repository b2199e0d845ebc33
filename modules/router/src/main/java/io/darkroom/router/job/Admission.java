package io.darkroom.router.job;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.JobError;
import io.darkroom.contract.status.JobStatus;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.JobRefused;
import io.darkroom.contract.wire.router.JobSubmitted;
import io.darkroom.planner.KeptNames;
import io.darkroom.planner.MintedSeeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What becomes of a request, valid or not, given what is known about its id. */
final class Admission {
    private static final int SCHEMA_VERSION = 1;

    private final JobEnvironment environment;
    private final JobLimits limits;

    Admission(JobEnvironment environment) {
        this.environment = environment;
        this.limits = environment.limits();
    }

    Decision submitted(JobState state, JobEvent event, Instant now) {
        return switch (state) {
            case JobState.Unknown _ -> admit(event, 1, now);
            case JobState.EarlyCancel(String reason, Instant until) ->
                now.isBefore(until) ? admitCancelled(event, reason, now) : admit(event, 1, now);
            case JobState.Active active ->
                Decision.of(
                        active,
                        Replies.repeat(
                                event, active.job().key().getRun(), active.job().contentHash(), now));
            case JobState.Finished finished ->
                finished.idIsFree()
                        ? admit(event, finished.run() + 1, now)
                        : Decision.of(finished, Replies.repeat(event, finished.run(), finished.contentHash(), now));
        };
    }

    Decision refused(JobState state, JobEvent event, Instant now) {
        return switch (state) {
            case JobState.Unknown _, JobState.EarlyCancel _ -> reject(event, 1, now);
            case JobState.Active active ->
                Decision.of(active, Replies.invalid(event, active.job().key().getRun(), now));
            case JobState.Finished finished ->
                finished.idIsFree()
                        ? reject(event, finished.run() + 1, now)
                        : Decision.of(finished, Replies.invalid(event, finished.run(), now));
        };
    }

    Decision cancelBeforeJob(JobEvent event, String reason, Instant now) {
        return Decision.of(
                new JobState.EarlyCancel(reason, now.plus(limits.earlyCancel())),
                Replies.unknownJob(event, limits.earlyCancel(), now));
    }

    /**
     * The id of a refused request: the run that it used up is still remembered, so the cancellation
     * is not kept.
     */
    Decision cancelBeforeJob(JobState.Finished refused, JobEvent event, Instant now) {
        return Decision.of(refused, Replies.unknownJob(event, Duration.ZERO, now));
    }

    /** The next run of a job that failed or expired: the same plan and seeds, and as much time as before. */
    Decision replay(JobState.Finished finished, AcceptedJob earlier, JobEvent event, Instant now) {
        int run = finished.run() + 1;
        AcceptedJob job = new AcceptedJob(
                earlier.key().toBuilder().setRun(run).build(),
                earlier.contentHash(),
                earlier.labels(),
                earlier.traceparent(),
                now,
                now.plus(Duration.between(earlier.submitted(), earlier.deadline())),
                earlier.plan());
        Decision begun = new ActiveTurn(blocked(job, event.getReplay().getPriority()), environment, now).begin();
        List<JobOutput> outputs = new ArrayList<>(begun.outputs());
        outputs.add(Replies.replayed(event, run, now));
        return new Decision(begun.state(), outputs);
    }

    private Decision admit(JobEvent event, int run, Instant now) {
        return new ActiveTurn(active(event, run, now), environment, now).begin();
    }

    private Decision admitCancelled(JobEvent event, String reason, Instant now) {
        return new ActiveTurn(active(event, 1, now), environment, now).cancelled(reason);
    }

    private Duration deadline(JobSubmitted submitted) {
        return submitted.getDeadlineMillis() > 0
                ? Duration.ofMillis(submitted.getDeadlineMillis())
                : limits.deadline(submitted.getPlan());
    }

    private JobState.Active active(JobEvent event, int run, Instant now) {
        JobSubmitted submitted = event.getSubmitted();
        JobKey key = JobKey.newBuilder()
                .setTenant(event.getTenant())
                .setId(event.getId())
                .setRun(run)
                .build();
        AcceptedJob job = new AcceptedJob(
                key,
                submitted.getContentHash(),
                submitted.getLabelsMap(),
                present(submitted.getTraceparent()),
                now,
                now.plus(deadline(submitted)),
                KeptNames.fill(MintedSeeds.fill(submitted.getPlan(), key), key));
        return blocked(job, submitted.getPriority());
    }

    private static JobState.Active blocked(AcceptedJob job, Priority priority) {
        return new JobState.Active(
                job,
                job.plan().getItemsList().stream()
                        .<ItemState>map(_ -> new ItemState.Blocked())
                        .toList(),
                priority);
    }

    private static Decision reject(JobEvent event, int run, Instant now) {
        JobRefused refused = event.getRefused();
        ErrorCode code = ErrorCode.ofName(refused.getErrorCode());
        List<Fault> faults = refused.getFaultsList().stream()
                .map(fault -> new Fault(fault.getPath(), fault.getMessage()))
                .toList();
        String message = faults.stream().limit(3).map(Fault::toString).collect(Collectors.joining("; "));
        JobResult result = new JobResult(
                SCHEMA_VERSION,
                event.getTenant(),
                event.getId(),
                run,
                JobResult.Status.REJECTED,
                Map.of(),
                List.of(),
                List.of(),
                Optional.of(new JobError(code, code.kind(), Optional.empty(), message, faults)),
                now,
                now,
                present(refused.getTraceparent()),
                0,
                0);
        JobStatus status = new JobStatus(
                SCHEMA_VERSION, event.getTenant(), event.getId(), run, JobStatus.State.REJECTED, List.of(), now);
        return Decision.of(
                new JobState.Finished(run, JobResult.Status.REJECTED, "", now, Optional.empty()),
                new JobOutput.Result(result),
                new JobOutput.Status(status));
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
