package io.darkroom.simulation;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.simulation.Workload.Character;
import io.darkroom.simulation.Workload.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What must hold at the end of every history. */
final class Checks {
    /** The router's clock may run behind, and it looks at its timers now and then. */
    private static final Duration TARDINESS = Duration.ofMinutes(2);

    private final World world;
    private final Observations observations;
    private final boolean routerIdle;
    private final List<Violation> found = new ArrayList<>();

    Checks(World world, Observations observations, boolean routerIdle) {
        this.world = world;
        this.observations = observations;
        this.routerIdle = routerIdle;
    }

    List<Violation> violations() {
        Map<String, List<JobResult>> results = world.topics().results.readable().stream()
                .map(Log.Entry::value)
                .collect(Collectors.groupingBy(JobResult::id));
        for (Job job : observations.jobs().values()) {
            List<JobResult> ofJob = results.getOrDefault(job.id(), List.of());
            if (ofJob.size() != 1) {
                violated(job, "%s has %d results; it must have one", job.id(), ofJob.size());
            }
            ofJob.forEach(result -> check(job, result));
            repeatsAreAnswered(job);
        }
        drained();
        return found;
    }

    private void check(Job job, JobResult result) {
        endsInTime(job, result);
        isWhatWasAskedFor(job, result);
        picturesAreThere(job, result);
        picturesAreOfTheLastAttempt(job, result);
    }

    /** All requests but the first. */
    private void repeatsAreAnswered(Job job) {
        long answers = world.topics().replies.readable().stream()
                .map(Log.Entry::value)
                .filter(reply -> reply.id().equals(job.id()) && reply.action() == JobReply.Action.SUBMIT)
                .count();
        int repeats = observations.requestsFor(job.id()) - 1;
        if (answers != repeats) {
            violated(job, "%s was repeated %d times and answered %d times", job.id(), repeats, answers);
        }
    }

    private void endsInTime(Job job, JobResult result) {
        Instant deadline = result.submittedAt().plus(job.deadline());
        if (result.finishedAt().isAfter(observations.routerSettled(deadline, TARDINESS))) {
            violated(job, "%s ended at %s, long after its deadline at %s", job.id(), result.finishedAt(), deadline);
        }
        boolean blamesTime = result.status() == Status.EXPIRED
                || result.error()
                        .filter(error -> error.code() == ErrorCode.DEADLINE_EXCEEDED)
                        .isPresent();
        if (blamesTime && result.finishedAt().isBefore(deadline)) {
            violated(job, "%s expired at %s, before its deadline at %s", job.id(), result.finishedAt(), deadline);
        }
    }

    private void isWhatWasAskedFor(Job job, JobResult result) {
        if (result.status() == Status.CANCELLED && !observations.wasCancelled(job.id())) {
            violated(job, "%s is cancelled, and nobody asked for it", job.id());
        }
        boolean blamesUser = result.error()
                .filter(error -> error.code() == ErrorCode.INPUT_REJECTED)
                .isPresent();
        if (blamesUser && job.character() != Character.USERS_FAULT) {
            violated(job, "%s fails for its user's fault, and no worker found one", job.id());
        }
        if (result.status() == Status.REJECTED) {
            violated(job, "%s is rejected, although it is valid", job.id());
        }
        if (result.status() != Status.SUCCEEDED) {
            return;
        }
        int expected = job.published();
        int conflicting = job.publishedByConflicting();
        int pictures = result.images().size();
        if (pictures != expected && !(observations.isAmbiguous(job.id()) && pictures == conflicting)) {
            violated(job, "%s has %d pictures; %d were asked for", job.id(), pictures, expected);
        }
        Set<String> places = new HashSet<>();
        result.images().forEach(image -> places.add(image.stage() + "/" + image.index()));
        if (places.size() != pictures) {
            violated(job, "%s has two pictures in one place", job.id());
        }
    }

    private void picturesAreThere(Job job, JobResult result) {
        for (JobResult.Image image : result.images()) {
            if (!world.store().digestAt(image.uri().toString()).equals(Optional.of(image.sha256()))) {
                violated(job, "%s points to %s, which is not there as described", job.id(), image.uri());
            }
        }
    }

    /** An attempt that is asked for after another supersedes it. */
    private void picturesAreOfTheLastAttempt(Job job, JobResult result) {
        Map<Integer, Integer> last = new HashMap<>();
        for (Log.Entry<DispatchEvent> entry : world.topics().dispatch.readable()) {
            WorkItem item = entry.value().getWanted();
            if (item.getJob().getId().equals(job.id()) && item.getJob().getRun() == result.run()) {
                last.merge(item.getIndex(), item.getAttempt(), Math::max);
            }
        }
        for (JobResult.Image image : result.images()) {
            String[] path = image.uri().getPath().split("/");
            int index = Integer.parseInt(path[path.length - 3]);
            int attempt = Integer.parseInt(path[path.length - 2]);
            if (attempt != last.get(index)) {
                violated(
                        job,
                        "%s shows a picture of attempt %d at work item %d, which attempt %d superseded",
                        job.id(),
                        attempt,
                        index,
                        last.get(index));
            }
        }
    }

    private void drained() {
        if (!routerIdle) {
            found.add(new Violation("the router still has work although the faults ended long ago", List.of()));
        }
        world.topics().pools.forEach((pool, group) -> {
            if (group.unfinished() > 0 && world.hasWorkers(pool)) {
                found.add(new Violation(group.unfinished() + " records of pool " + pool + " are left", List.of()));
            }
        });
    }

    private void violated(Job job, String format, Object... arguments) {
        found.add(new Violation(
                String.format(Locale.ROOT, format, arguments), world.story().of(job.id())));
    }
}
