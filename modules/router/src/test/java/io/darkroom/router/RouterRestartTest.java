package io.darkroom.router;

import static io.darkroom.router.RouterFixture.chain;
import static io.darkroom.router.RouterFixture.done;
import static io.darkroom.router.RouterFixture.job;
import static io.darkroom.router.RouterFixture.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class RouterRestartTest {
    @Test
    void aRouterThatIsRestartedFinishesItsJobsAndTheirDeadlineDoesNotOvertakeTheirOutcome(
            TestBroker broker, @TempDir Path state) throws Exception {
        try (var router = new RouterFixture(broker, state, JobLimits.DEFAULT)) {
            router.submit(chain("interrupted"));
            router.submit(job("overtaken").replace("\"labels\"", "\"deadline\": \"PT8S\", \"labels\""));
            TopicReader base = router.reader(router.topics.work("base"));
            WorkItem draft = router.awaitWork(base, "interrupted", 1);
            WorkItem overtaken = router.awaitWork(base, "overtaken", 1);
            router.report(draft, started(draft, "w1"));

            router.stop();
            router.report(draft, done(draft));
            router.report(overtaken, done(overtaken));
            awaitPast(overtaken.getDeadlineEpochMillis());
            router.start();

            WorkItem comic = router.awaitWork(router.reader(router.topics.work("comic")), "interrupted", 1);
            router.report(comic, done(comic));
            TopicReader results = router.reader(router.topics.results());
            assertThat(router.awaitResult(results, "interrupted").status()).isEqualTo(JobResult.Status.SUCCEEDED);
            assertThat(router.awaitResult(results, "overtaken").status()).isEqualTo(JobResult.Status.SUCCEEDED);
            assertThat(results.readToEnd()).hasSize(2);
        }
    }

    private static void awaitPast(long epochMillis) throws InterruptedException {
        while (System.currentTimeMillis() <= epochMillis) {
            Thread.sleep(Math.max(1, epochMillis - System.currentTimeMillis()));
        }
    }
}
