package io.darkroom.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.dispatch.TenantShare;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class MetricsTest {
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
            assertThat(gauge("darkroom-pools", "pool=base", "in-flight")).isEqualTo(1);
            assertThat(gauge("darkroom-pools", "pool=base", "capacity")).isEqualTo(8);
            assertThat(gauge("darkroom-pools", "pool=base", "waiting")).isZero();

            router.report(second, RouterFixture.done(second));
            router.awaitResult(results, "second");
            assertThat(sum("results-succeeded")).isEqualTo(1);
            assertThat(sum("results-failed")).isEqualTo(1);
            assertThat(sum("first-attempts")).isEqualTo(2);
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
