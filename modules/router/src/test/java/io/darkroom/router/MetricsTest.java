package io.darkroom.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.dispatch.TenantShare;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class MetricsTest {
    /** The promise is five seconds; tests that share a machine get more. */
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

    @Test
    void whatWaitsRunsAndEndedIsShownByJmx(TestBroker broker, @TempDir Path state) throws Exception {
        var share = TenantShare.ofItems(1, 1, 100);
        try (var router = new RouterFixture(broker, state, JobLimits.DEFAULT, Map.of("metered", share))) {
            TopicReader work = router.reader(router.topics.work("base"));
            TopicReader results = router.reader(router.topics.results());
            router.submit(job("first"));
            WorkItem first = RouterFixture.item(work.await(_ -> true, RouterFixture.PATIENCE));
            router.submit(job("second"));
            TopicReader statuses = router.reader(router.topics.jobs());
            statuses.await(record -> record.key().equals("metered/second"), RouterFixture.PATIENCE);
            // Behind the second one in its pool, so that it is in the queue when this one's refusal is known.
            router.report(first, RouterFixture.failed(first, "INPUT_REJECTED"));
            router.awaitResult(results, "first");
            WorkItem second = RouterFixture.item(
                    work.awaitCount(_ -> true, 2, RouterFixture.PATIENCE).getLast());
            awaitGauge("darkroom-pools", "pool=base", "in-flight", 1);
            awaitGauge("darkroom-pools", "pool=base", "capacity", 8);
            awaitGauge("darkroom-pools", "pool=base", "waiting", 0);

            router.report(second, RouterFixture.done(second));
            router.awaitResult(results, "second");
            assertThat(sum("results-succeeded")).isEqualTo(1);
            assertThat(sum("results-failed")).isEqualTo(1);
            assertThat(sum("first-attempts")).isEqualTo(2);
        }
    }

    @Test
    void whatWaitsInAPoolWithoutWorkersIsShownBeforeAndAfterARestart(TestBroker broker, @TempDir Path state)
            throws Exception {
        try (var router = new RouterFixture(broker, state, JobLimits.DEFAULT)) {
            router.clients.send(
                    router.topics.workEvents(), "base", leaving("base").toByteArray());
            awaitGauge("darkroom-pools", "pool=base", "capacity", 0);
            router.submit(job("first"));
            router.submit(job("second"));
            String queue = "pool=base,tenant=metered,priority=standard";
            awaitGauge("darkroom-pools", "pool=base", "waiting", 2);
            awaitGauge("darkroom-queues", queue, "waiting", 2);

            router.stop();
            assertThat(beans.isRegistered(new ObjectName("kafka.streams:type=darkroom-pools,pool=base")))
                    .isFalse();
            router.start();

            awaitGauge("darkroom-pools", "pool=base", "waiting", 2);
            awaitGauge("darkroom-pools", "pool=base", "tenants-waiting", 1);
            awaitGauge("darkroom-pools", "pool=base", "in-flight", 0);
            awaitGauge("darkroom-pools", "pool=base", "workers", 0);
            awaitGauge("darkroom-pools", "pool=base", "capacity", 0);
            awaitGauge("darkroom-queues", queue, "waiting", 2);
            double age = gauge("darkroom-pools", "pool=base", "oldest-waiting-ms");
            assertThat(age).isPositive();
            // Though nothing happens in the pool.
            await(() -> gauge("darkroom-queues", queue, "oldest-waiting-ms") > age);
        }
    }

    @Test
    void aWorkerIsShownWhileItsHeartbeatsComeAndGivenWork(TestBroker broker, @TempDir Path state) throws Exception {
        try (var router = new RouterFixture(broker, state, JobLimits.DEFAULT)) {
            router.clients.send(
                    router.topics.workEvents(), "base", leaving("base").toByteArray());
            router.submit(job("first"));
            TopicReader work = router.reader(router.topics.work("base"));
            WorkEvent heartbeat = heartbeatApart("base");
            await(() -> {
                router.clients.send(router.topics.heartbeats(), "base", heartbeat.toByteArray());
                return gauge("darkroom-pools", "pool=base", "workers") == 1;
            });
            awaitGauge("darkroom-pools", "pool=base", "capacity", 3);
            work.await(_ -> true, RouterFixture.PATIENCE);

            // It is heard of no more, as after kill -9.
            awaitGauge("darkroom-pools", "pool=base", "workers", 0);
            awaitGauge("darkroom-pools", "pool=base", "capacity", 0);
            awaitGauge("darkroom-pools", "pool=base", "in-flight", 1);
        }
    }

    private static WorkEvent leaving(String pool) {
        WorkEvent heartbeat = RouterFixture.heartbeat(pool);
        return heartbeat.toBuilder()
                .setHeartbeat(heartbeat.getHeartbeat().toBuilder().setLeaving(true))
                .build();
    }

    private static WorkEvent heartbeatApart(String pool) {
        WorkEvent heartbeat = RouterFixture.heartbeat(pool);
        return heartbeat.toBuilder()
                .setWorkerIncarnation("apart")
                .setHeartbeat(heartbeat.getHeartbeat().toBuilder()
                        .setSlots(3)
                        .setApart(true)
                        .setIntervalMillis(1000))
                .build();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void awaitGauge(String type, String tags, String name, double value) throws Exception {
        await(() -> gauge(type, tags, name) == value);
    }

    /** As soon as whoever looks at the gauges may expect it. */
    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + WITHIN.toNanos();
        while (!holds(condition)) {
            assertThat(System.nanoTime())
                    .as("time in which the gauge must be right")
                    .isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static boolean holds(Condition condition) throws Exception {
        try {
            return condition.holds();
        } catch (InstanceNotFoundException | AttributeNotFoundException e) {
            return false;
        }
    }

    private double gauge(String type, String tags, String name) throws Exception {
        return (double) beans.getAttribute(new ObjectName("kafka.streams:type=" + type + "," + tags), name);
    }

    /** Over the tasks that have counted any. */
    private double sum(String name) throws Exception {
        double sum = 0;
        for (ObjectName task : beans.queryNames(new ObjectName("kafka.streams:type=darkroom-jobs,*"), null)) {
            for (var attribute : beans.getMBeanInfo(task).getAttributes()) {
                sum += attribute.getName().equals(name) ? (double) beans.getAttribute(task, name) : 0;
            }
        }
        return sum;
    }

    private static String job(String id) {
        return """
            { "schema_version": 1, "id": "%s", "tenant": "metered",
              "stages": [ { "kind": "text2img", "model": "tiny-emoji", "prompt": "a fox" } ],
              "output": { "uri": "s3://renders/one/" } }
            """.formatted(id);
    }
}
