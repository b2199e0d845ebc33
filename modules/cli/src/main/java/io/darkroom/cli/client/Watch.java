package io.darkroom.cli.client;

import io.darkroom.cli.terminal.StageDisplay;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.result.JobResult;
import java.time.Duration;
import java.util.Optional;

/** Follows a job that somebody submitted, before or after now. */
public final class Watch {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Cluster cluster;
    private final Terminal terminal;

    public Watch(Cluster cluster, Terminal terminal) {
        this.cluster = cluster;
        this.terminal = terminal;
    }

    /**
     * Shows the job's stages until its result is there, and prints that.
     *
     * @return the command's exit code
     */
    public int run(String tenant, String id) {
        try (JobFollower follower = JobFollower.fromStart(cluster, tenant, id)) {
            var display = new StageDisplay(terminal);
            Optional<JobResult> result = history(follower, display);
            if (result.isEmpty() && !display.knowsStages()) {
                terminal.line("nothing is known of " + id + " yet; waiting for it");
            }
            return Results.print(terminal, result.orElseGet(() -> JobClient.awaitResult(follower, display)));
        }
    }

    /** The latest result there is; a job that was run again has several. */
    private static Optional<JobResult> history(JobFollower follower, StageDisplay display) {
        Optional<JobResult> latest = Optional.empty();
        while (!follower.caughtUp()) {
            for (JobNews news : follower.poll(POLL)) {
                display.accept(news);
                if (news instanceof JobNews.Result(JobResult result)) {
                    latest = Optional.of(result);
                }
            }
        }
        return latest;
    }
}
