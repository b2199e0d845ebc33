package io.darkroom.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.router.dispatch.DispatchEvents;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a router writes to its changelogs, which is what a large pool would make slow. */
@ExtendWith(BrokerExtension.class)
class PoolChangelogTest {
    private static final int JOBS = 600;

    @Test
    void jobsOfAsManyTenantsWriteNoMoreThanAsManyJobsOfOneTenant(TestBroker broker, @TempDir Path state)
            throws Exception {
        try (var router = new RouterFixture(broker, state, JobLimits.DEFAULT)) {
            run(router, "base", number -> item("base", "tenant-0000", number));
            run(router, "comic", number -> item("comic", "tenant-%04d".formatted(number), number));

            long heads = bytes(router, "pools", "base");
            assertThat((double) bytes(router, "pools", "comic") / heads).isBetween(0.1, 2.0);
            assertThat((double) all(router, "comic") / all(router, "base")).isBetween(0.5, 2.0);
        }
    }

    /** All of them wait, and then each ends, in the order of their release. */
    private static void run(RouterFixture router, String pool, IntFunction<WorkItem> items) {
        TopicReader work = router.reader(router.topics.work(pool));
        // Released once the pool's worker was heard of: what is freed before its release is not released at all.
        WorkItem first = items.apply(JOBS);
        send(router, pool, Stream.of(DispatchEvents.wanted(first)));
        work.awaitCount(_ -> true, 1, RouterFixture.PATIENCE);
        Stream<DispatchEvent> events = Stream.concat(
                IntStream.range(0, JOBS).mapToObj(items).map(DispatchEvents::wanted),
                IntStream.range(0, JOBS)
                        .mapToObj(items)
                        .map(item -> DispatchEvents.freed(DispatchMachine.attemptOf(item))));
        send(router, pool, events);
        send(router, pool, Stream.of(DispatchEvents.freed(DispatchMachine.attemptOf(first))));
        work.awaitCount(_ -> true, JOBS + 1, RouterFixture.PATIENCE);
    }

    private static void send(RouterFixture router, String pool, Stream<DispatchEvent> events) {
        router.clients.sendAll(
                events.map(event -> new ProducerRecord<>(router.topics.dispatch(), pool, event.toByteArray()))
                        .toList());
    }

    private static long all(RouterFixture router, String pool) {
        return bytes(router, "pools", pool) + bytes(router, "pool-queue", pool) + bytes(router, "pool-places", pool);
    }

    private static long bytes(RouterFixture router, String store, String pool) {
        String changelog = router.config.applicationId() + "-" + store + "-changelog";
        return router.reader(changelog).readToEnd().stream()
                .filter(record -> record.key().equals(pool) || record.key().startsWith(pool + "/"))
                .mapToLong(record ->
                        record.key().getBytes(UTF_8).length + (record.value() == null ? 0 : record.value().length))
                .sum();
    }

    private static WorkItem item(String pool, String tenant, int number) {
        return WorkItem.newBuilder()
                .setJob(JobKey.newBuilder()
                        .setTenant(tenant)
                        .setId("job-" + number)
                        .setRun(1))
                .setAttempt(1)
                .setPool(pool)
                .setPriority(Priority.PRIORITY_STANDARD)
                .setExpectedCost(20)
                .setPixels(64 * 64)
                .setProtocolVersion(2)
                .setFirst(true)
                .build();
    }
}
