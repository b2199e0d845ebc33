package io.darkroom.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.router.dispatch.TenantShare;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class TenantLimitTest {
    /** Of one picture of the tiny model. */
    private static final long PICTURE = 64 * 64;

    @Test
    void pixelsBeyondATenantsLimitsWaitOrAreTurnedAway(TestBroker broker, @TempDir Path state) throws Exception {
        var share = new TenantShare(1, 100, 100, PICTURE, 2 * PICTURE);
        try (var router = new RouterFixture(broker, state, JobLimits.DEFAULT, Map.of("small", share))) {
            TopicReader work = router.reader(router.topics.work("base"));
            TopicReader results = router.reader(router.topics.results());
            router.submit(job("first", 1));
            WorkItem first = RouterFixture.item(work.await(_ -> true, RouterFixture.PATIENCE));
            assertThat(first.getPixels()).isEqualTo(PICTURE);

            router.submit(job("too-large", 3));
            assertRefused(router.awaitResult(results, "too-large"), "draws 12288 pixels; tenant small may have 8192");
            router.submit(job("waits", 2));
            TopicReader statuses = router.reader(router.topics.jobs());
            statuses.await(record -> record.key().equals("small/waits"), RouterFixture.PATIENCE);
            router.submit(job("one-more", 1));
            assertRefused(
                    router.awaitResult(results, "one-more"), "draws 8192 pixels, and work item 0 draws 4096 more");

            router.report(first, RouterFixture.done(first));
            WorkItem second = RouterFixture.item(
                    work.awaitCount(_ -> true, 2, RouterFixture.PATIENCE).getLast());
            assertThat(second.getJob().getId()).isEqualTo("waits");
        }
    }

    @Test
    void aTenantThatTheFileDoesNotNameIsRefused(TestBroker broker, @TempDir Path state) throws Exception {
        Map<String, TenantShare> shares = Map.of("shop", TenantShare.DEFAULT);
        try (var router = new RouterFixture(broker, state, JobLimits.DEFAULT, shares)) {
            TopicReader results = router.reader(router.topics.results());
            router.submit(job("stranger", 1));
            JobResult result = router.awaitResult(results, "stranger");
            assertThat(result.status()).isEqualTo(JobResult.Status.REJECTED);
            assertThat(result.error()).hasValueSatisfying(error -> {
                assertThat(error.code()).isEqualTo(ErrorCode.TENANT_UNKNOWN);
                assertThat(error.message()).contains("tenant small is not known here");
            });

            router.submit(job("known", 1).replace("small", "shop"));
            TopicReader work = router.reader(router.topics.work("base"));
            assertThat(RouterFixture.item(work.await(_ -> true, RouterFixture.PATIENCE))
                            .getJob()
                            .getTenant())
                    .isEqualTo("shop");
        }
    }

    private static void assertRefused(JobResult result, String message) {
        assertThat(result.status()).isEqualTo(JobResult.Status.REJECTED);
        assertThat(result.error()).hasValueSatisfying(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.TENANT_LIMIT);
            assertThat(error.message()).contains(message);
        });
    }

    private static String job(String id, int pictures) {
        return """
            { "schema_version": 1, "id": "%s", "tenant": "small",
              "stages": [ { "kind": "text2img", "model": "tiny-emoji", "prompt": "a fox", "num_images_per_prompt": %d } ],
              "output": { "uri": "s3://renders/one/" } }
            """.formatted(id, pictures);
    }
}
