package io.darkroom.router.job;

import com.google.protobuf.ByteString;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.router.dispatch.DispatchMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A job as it goes through events, and all that came out of it. */
final class History {
    final JobMachine machine;
    final List<JobOutput> outputs = new ArrayList<>();
    JobState state = new JobState.Unknown();
    Instant now = Instant.parse("2026-11-21T10:00:00Z");

    History() {
        this(machine(JobLimits.DEFAULT, KeptOutputs.NONE));
    }

    History(JobMachine machine) {
        this.machine = machine;
    }

    /** Its tokens are numbers, so that the same history has the same ones. */
    static JobMachine machine(JobLimits limits, KeptOutputs kept) {
        AtomicInteger number = new AtomicInteger();
        return new JobMachine(
                limits,
                kept,
                () -> ByteString.copyFromUtf8("token-" + number.incrementAndGet()),
                UriPolicy.sameForAll(List.of("https://pictures.example/a/", "https://pictures.example/b/")));
    }

    static History of(JobEvent... events) {
        return new History().then(events);
    }

    /** Workers report what they were given: what dispatch has released, with the token of the attempt. */
    History then(JobEvent... events) {
        for (JobEvent event : events) {
            given(event).ifPresent(item -> asTheyAre(JobEvents.released(item)));
            asTheyAre(
                    given(event).map(item -> withToken(event, item.getToken())).orElse(event));
        }
        return this;
    }

    /** Events of whoever can write them. */
    History asTheyAre(JobEvent... events) {
        for (JobEvent event : events) {
            Decision decision = machine.decide(state, event, now);
            state = decision.state();
            outputs.addAll(decision.outputs());
        }
        return this;
    }

    /** The work item that a worker reports about. */
    private Optional<WorkItem> given(JobEvent event) {
        if (!event.hasWork()) {
            return Optional.empty();
        }
        WorkEvent work = event.getWork();
        AttemptKey attempt =
                switch (work.getKindCase()) {
                    case STARTED -> work.getStarted().getAttempt();
                    case DONE -> work.getDone().getAttempt();
                    case FAILED -> work.getFailed().getAttempt();
                    case HEARTBEAT, TIMER_DUE, KIND_NOT_SET -> AttemptKey.getDefaultInstance();
                };
        return wanted().stream()
                .filter(item -> DispatchMachine.attemptOf(item).equals(attempt))
                .findFirst();
    }

    static JobEvent withToken(JobEvent event, ByteString token) {
        JobEvent.Builder changed = event.toBuilder();
        WorkEvent.Builder work = changed.getWorkBuilder();
        switch (work.getKindCase()) {
            case STARTED -> work.getStartedBuilder().setToken(token);
            case DONE -> work.getDoneBuilder().setToken(token);
            case FAILED -> work.getFailedBuilder().setToken(token);
            case HEARTBEAT, TIMER_DUE, KIND_NOT_SET -> {}
        }
        return changed.build();
    }

    History after(Duration time) {
        now = now.plus(time);
        return this;
    }

    /** As the shell does: time passes to when the job wants it, and the timer fires. */
    History untilTimer() {
        now = machine.nextTimer(state).orElseThrow();
        return then(Events.timerDue());
    }

    List<JobResult> results() {
        return all(JobOutput.Result.class).stream()
                .map(JobOutput.Result::result)
                .toList();
    }

    List<JobReply.Outcome> replies() {
        return all(JobOutput.Reply.class).stream()
                .map(reply -> reply.reply().outcome())
                .toList();
    }

    List<WorkItem> wanted() {
        return all(JobOutput.Want.class).stream().map(JobOutput.Want::item).toList();
    }

    /** "index/attempt" of every attempt that was freed. */
    List<String> freed() {
        return all(JobOutput.Free.class).stream()
                .map(free -> free.attempt().getIndex() + "/" + free.attempt().getAttempt())
                .toList();
    }

    <T extends JobOutput> List<T> all(Class<T> kind) {
        return outputs.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
