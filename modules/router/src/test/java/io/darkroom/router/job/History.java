package io.darkroom.router.job;

import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A job as it goes through events, and all that came out of it. */
final class History {
    final JobMachine machine;
    final List<JobOutput> outputs = new ArrayList<>();
    JobState state = new JobState.Unknown();
    Instant now = Instant.parse("2026-11-21T10:00:00Z");

    History() {
        this(new JobMachine(JobLimits.DEFAULT, KeptOutputs.NONE));
    }

    History(JobMachine machine) {
        this.machine = machine;
    }

    static History of(JobEvent... events) {
        return new History().then(events);
    }

    History then(JobEvent... events) {
        for (JobEvent event : events) {
            Decision decision = machine.decide(state, event, now);
            state = decision.state();
            outputs.addAll(decision.outputs());
        }
        return this;
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
