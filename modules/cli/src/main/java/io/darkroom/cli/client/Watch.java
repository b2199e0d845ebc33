package io.darkroom.cli.client;

import io.darkroom.cli.terminal.StageDisplay;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.result.JobResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
            List<JobNews> history = history(follower);
            return Results.print(terminal, latestResult(history).orElseGet(() -> {
                if (history.isEmpty()) {
                    terminal.remark("nothing is known of " + id + " yet; waiting for it");
                }
                history.forEach(display);
                return JobClient.awaitResult(follower, display);
            }));
        }
    }

    private static List<JobNews> history(JobFollower follower) {
        List<JobNews> history = new ArrayList<>();
        while (!follower.caughtUp()) {
            history.addAll(follower.poll(POLL));
        }
        return history;
    }

    /** A job that was run again has several. */
    private static Optional<JobResult> latestResult(List<JobNews> history) {
        return history.reversed().stream()
                .filter(JobNews.Result.class::isInstance)
                .map(news -> ((JobNews.Result) news).result())
                .findFirst();
    }
}
