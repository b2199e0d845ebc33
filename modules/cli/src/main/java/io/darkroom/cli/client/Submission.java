package io.darkroom.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.terminal.StageDisplay;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One job on its way: sent as it is, followed if wanted. The router judges it; nothing is judged
 * here but what is needed to follow it.
 */
public final class Submission {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Supplier<Cluster> connect;
    private final Terminal terminal;
    private final boolean interactive;

    public Submission(Supplier<Cluster> connect, Terminal terminal, boolean interactive) {
        this.connect = connect;
        this.terminal = terminal;
        this.interactive = interactive;
    }

    /**
     * @param newId replaces the id that the document has
     * @return the command's exit code
     */
    public int run(byte[] document, Optional<String> newId, boolean wait) {
        byte[] request = newId.map(id -> withId(document, id)).orElse(document);
        Envelope envelope = Envelope.of(request);
        if (wait && (envelope.id().isEmpty() || envelope.tenant().isEmpty())) {
            throw CommandFailure.job("the request has no well-formed id to wait for; it must be a JSON object with"
                    + " an \"id\" of letters, digits, '.', '_' and '-'");
        }
        try (Cluster cluster = connect.get().requireTopics();
                JobClient client = new JobClient(cluster)) {
            if (wait) {
                return submitAndWait(cluster, client, request, envelope);
            }
            client.submit(request, interactive);
            terminal.remark("submitted" + envelope.id().map(id -> " " + id).orElse(""));
            return ExitCode.OK;
        }
    }

    private int submitAndWait(Cluster cluster, JobClient client, byte[] request, Envelope envelope) {
        String tenant = envelope.tenant().orElseThrow();
        String id = envelope.id().orElseThrow();
        try (JobFollower follower = JobFollower.fromNow(cluster, tenant, id)) {
            client.submit(request, interactive);
            JobNews end = awaitEnd(follower, StageNames.announce(new StageDisplay(terminal), request));
            return switch (end) {
                case JobNews.Result(JobResult result) -> Results.print(terminal, result);
                case JobNews.Reply(JobReply reply) -> repeated(cluster, reply);
                case JobNews.Progress _, JobNews.Status _ -> throw new IllegalStateException("no end of a job: " + end);
            };
        }
    }

    /** The result, or the answer that there will be none for this record. */
    private static JobNews awaitEnd(JobFollower follower, StageDisplay display) {
        while (true) {
            List<JobNews> all = follower.poll(POLL);
            all.forEach(display);
            for (JobNews news : all) {
                if (news instanceof JobNews.Result
                        || (news instanceof JobNews.Reply(JobReply reply)
                                && reply.action() == JobReply.Action.SUBMIT)) {
                    return news;
                }
            }
        }
    }

    private int repeated(Cluster cluster, JobReply reply) {
        if (reply.outcome() != JobReply.Outcome.DUPLICATE) {
            throw CommandFailure.job(reply.id() + " was not accepted: " + reply.message());
        }
        terminal.remark(reply.id() + " was submitted before; following that job");
        return new Watch(cluster, terminal).run(reply.tenant(), reply.id());
    }

    private static byte[] withId(byte[] document, String id) {
        try {
            JsonNode tree = Json.mapper().readTree(document);
            if (tree instanceof ObjectNode object) {
                return Json.write(object.put("id", id));
            }
        } catch (IOException e) {
            throw CommandFailure.job("the request is not JSON: " + e.getMessage());
        }
        throw CommandFailure.job("the request is not a JSON object, so it cannot be given an id");
    }
}
