package io.darkroom.router;

import static io.darkroom.router.RouterFixture.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A cancellation of all that one tenant has submitted, over all partitions. */
@ExtendWith(BrokerExtension.class)
class TenantCancelTest {
    /** More than are looked at in one go. */
    private static final int JOBS = 450;

    @Test
    void allOfTheTenantsJobsEndAndNoOtherDoes(TestBroker broker, @TempDir Path state) throws Exception {
        try (RouterFixture router = new RouterFixture(broker, state, JobLimits.DEFAULT)) {
            router.submit(RouterFixture.job("others"));
            WorkItem others = router.awaitWork(router.reader(router.topics.work("base")), "others", 1);
            IntStream.range(0, JOBS).forEach(number -> router.submit(job("bulk-" + number)));
            TopicReader statuses = router.reader(router.topics.jobs());
            IntStream.range(0, JOBS)
                    .forEach(number ->
                            statuses.await(record -> record.key().equals("catalogue/bulk-" + number), PATIENCE));

            router.clients.send(router.topics.control(), "", """
                { "schema_version": 1, "action": "cancel_tenant", "tenant": "catalogue", "reason": "wrong prices" }
                """.getBytes(UTF_8));
            TopicReader results = router.reader(router.topics.results());
            var ended = results.awaitCount(_ -> true, JOBS, PATIENCE);
            router.report(others, RouterFixture.done(others));
            JobResult other = router.awaitResult(results, "others");
            router.submit(job("later"));
            statuses.await(record -> record.key().equals("catalogue/later"), PATIENCE);

            assertThat(ended).allSatisfy(record -> {
                JobResult result = RouterFixture.result(record);
                assertThat(result.tenant()).isEqualTo("catalogue");
                assertThat(result.status()).isEqualTo(JobResult.Status.CANCELLED);
                assertThat(result.error().orElseThrow().message()).contains("wrong prices");
            });
            assertThat(other.status()).isEqualTo(JobResult.Status.SUCCEEDED);
            assertThat(results.readToEnd()).hasSize(JOBS + 1);
        }
    }

    private static String job(String id) {
        return RouterFixture.job(id).replace("\"id\"", "\"tenant\": \"catalogue\", \"id\"");
    }
}
