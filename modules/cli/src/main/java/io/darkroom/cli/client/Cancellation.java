package io.darkroom.cli.client;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.result.JobReply;
import java.time.Duration;
import java.util.Optional;

/** Asks for a job's end and waits for the router's answer. */
public final class Cancellation {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Cluster cluster;
    private final Terminal terminal;

    public Cancellation(Cluster cluster, Terminal terminal) {
        this.cluster = cluster;
        this.terminal = terminal;
    }

    /**
     * @return the command's exit code
     */
    public int run(String tenant, String id, Optional<String> reason) {
        try (JobClient client = new JobClient(cluster);
                JobFollower follower = JobFollower.fromNow(cluster, tenant, id)) {
            client.cancel(tenant, id, reason);
            JobReply reply = JobClient.awaitReply(follower, JobReply.Action.CANCEL, PATIENCE)
                    .orElseThrow(() -> noRouter(id));
            terminal.line(id + ": " + reply.message());
            return reply.outcome() == JobReply.Outcome.CANCELLED ? ExitCode.OK : ExitCode.JOB_FAILED;
        }
    }

    private static CommandFailure noRouter(String id) {
        return CommandFailure.infrastructure("no answer within "
                + PATIENCE.toSeconds()
                + " s, so no router seems to run; the cancellation of "
                + id
                + " will be read when one does (start one with `darkroom router`)");
    }
}
