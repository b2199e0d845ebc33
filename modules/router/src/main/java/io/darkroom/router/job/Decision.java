package io.darkroom.router.job;

import java.util.List;

/** A job's next state, and what to tell others, in order. */
public record Decision(JobState state, List<JobOutput> outputs) {
    public Decision {
        outputs = List.copyOf(outputs);
    }

    static Decision of(JobState state, JobOutput... outputs) {
        return new Decision(state, List.of(outputs));
    }
}
