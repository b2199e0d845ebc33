package io.darkroom.router;

import static io.darkroom.router.RouterFixture.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a router with real topics releases first while a backlog waits. */
@ExtendWith(BrokerExtension.class)
class PriorityTest {
    private static final int BACKLOG = 30;

    /** The fixture's worker has eight slots, and takes one more in advance. */
    private static final int ROOM = 9;

    @Test
    void anInteractiveJobAndOneThatWasRaisedPassABacklogOfBulk(TestBroker broker, @TempDir Path state)
            throws Exception {
        try (RouterFixture router = new RouterFixture(broker, state, JobLimits.DEFAULT)) {
            IntStream.range(0, BACKLOG).forEach(number -> router.submit(bulk("bulk-" + number)));
            TopicReader statuses = router.reader(router.topics.jobs());
            IntStream.range(0, BACKLOG).forEach(number -> awaitQueued(statuses, "catalogue/bulk-" + number));
            TopicReader work = router.reader(router.topics.work("base"));
            List<WorkItem> running = work.awaitCount(_ -> true, ROOM, PATIENCE).stream()
                    .map(RouterFixture::item)
                    .toList();

            router.clients.send(
                    router.topics.interactiveRequests(),
                    "",
                    RouterFixture.job("person").getBytes(UTF_8));
            awaitQueued(statuses, "default/person");
            router.report(running.get(0), RouterFixture.done(running.get(0)));
            assertThat(released(work, ROOM + 1)).isEqualTo("person");

            String waiting = IntStream.range(0, BACKLOG)
                    .mapToObj(number -> "bulk-" + number)
                    .filter(id -> running.stream()
                            .noneMatch(item -> item.getJob().getId().equals(id)))
                    .reduce((first, last) -> last)
                    .orElseThrow();
            router.clients.send(router.topics.control(), "", raise(waiting));
            router.awaitReply(router.reader(router.topics.replies()), waiting);
            router.report(running.get(1), RouterFixture.done(running.get(1)));
            assertThat(released(work, ROOM + 2)).isEqualTo(waiting);
        }
    }

    private static void awaitQueued(TopicReader statuses, String key) {
        statuses.await(record -> record.key().equals(key), PATIENCE);
    }

    private static String released(TopicReader work, int count) {
        return RouterFixture.item(work.awaitCount(_ -> true, count, PATIENCE).getLast())
                .getJob()
                .getId();
    }

    private static String bulk(String id) {
        return """
            { "schema_version": 1, "id": "%s", "tenant": "catalogue", "priority": "bulk",
              "stages": [ { "kind": "text2img", "model": "tiny-emoji", "prompt": "a red fox" } ],
              "output": { "uri": "s3://renders/one/" } }
            """.formatted(id);
    }

    private static byte[] raise(String id) {
        return """
            { "schema_version": 1, "action": "reprioritise", "tenant": "catalogue", "id": "%s",
              "priority": "interactive" }
            """.formatted(id).getBytes(UTF_8);
    }
}
