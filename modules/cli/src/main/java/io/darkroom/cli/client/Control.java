package io.darkroom.cli.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobReply;
import java.time.Duration;
import java.util.Optional;

/** Asks something of the router about a job, and waits for its answer. */
public final class Control {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Cluster cluster;
    private final Terminal terminal;

    public Control(Cluster cluster, Terminal terminal) {
        this.cluster = cluster;
        this.terminal = terminal;
    }

    /**
     * Ends the job.
     *
     * @return the command's exit code
     */
    public int cancel(String tenant, String id, Optional<String> reason) {
        ObjectNode control = control("cancel", tenant, id);
        reason.ifPresent(text -> control.put("reason", text));
        return ask(tenant, id, control, JobReply.Action.CANCEL, JobReply.Outcome.CANCELLED);
    }

    /**
     * Gives what still waits of the job another priority.
     *
     * @return the command's exit code
     */
    public int reprioritise(String tenant, String id, String priority) {
        ObjectNode control = control("reprioritise", tenant, id).put("priority", priority);
        return ask(tenant, id, control, JobReply.Action.REPRIORITISE, JobReply.Outcome.REPRIORITISED);
    }

    /**
     * Lets a job that failed or expired run again.
     *
     * @return the command's exit code
     */
    public int replay(String tenant, String id) {
        return ask(tenant, id, control("replay", tenant, id), JobReply.Action.REPLAY, JobReply.Outcome.REPLAYED);
    }

    /** Ends all jobs that the tenant has submitted so far; each has its own answer and result. */
    public void cancelTenant(String tenant, Optional<String> reason) {
        ObjectNode control = control("cancel_tenant", tenant);
        reason.ifPresent(text -> control.put("reason", text));
        try (JobClient client = new JobClient(cluster)) {
            client.control(Json.write(control));
        }
        terminal.line("every job that " + tenant + " has submitted so far will end as cancelled");
    }

    private int ask(String tenant, String id, ObjectNode control, JobReply.Action action, JobReply.Outcome wanted) {
        try (JobClient client = new JobClient(cluster);
                JobFollower follower = JobFollower.fromNow(cluster, tenant, id)) {
            client.control(Json.write(control));
            JobReply reply = JobClient.awaitReply(follower, action, PATIENCE).orElseThrow(() -> noRouter(control));
            terminal.line(id + ": " + reply.message());
            return reply.outcome() == wanted ? ExitCode.OK : ExitCode.JOB_FAILED;
        }
    }

    private static ObjectNode control(String action, String tenant, String id) {
        return control(action, tenant).put("id", id);
    }

    private static ObjectNode control(String action, String tenant) {
        return Json.mapper()
                .createObjectNode()
                .put("schema_version", 1)
                .put("action", action)
                .put("tenant", tenant);
    }

    private static CommandFailure noRouter(ObjectNode control) {
        return CommandFailure.infrastructure("no answer within "
                + PATIENCE.toSeconds()
                + " s, so no router seems to run; `"
                + control.path("action").asText()
                + "` of "
                + control.path("id").asText()
                + " will be read when one does (start one with `darkroom router`)");
    }
}
