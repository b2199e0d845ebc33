package io.darkroom.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.contract.wire.router.StoredLease;
import io.darkroom.contract.wire.router.StoredPlace;
import io.darkroom.contract.wire.router.StoredQueue;
import io.darkroom.contract.wire.router.StoredWaiting;
import io.darkroom.router.dispatch.DispatchEvents;
import io.darkroom.router.job.JobLimits;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.testkit.TopicReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A pool in one record, as routers stored it before its parts had records of their own: found in the changelogs at a start. */
@ExtendWith(BrokerExtension.class)
class FormerPoolTest {
    private static final String POOL = "former";

    @Test
    void aPoolInOneRecordIsTakenOver(TestBroker broker, @TempDir Path state, @TempDir Path fresh) throws Exception {
        try (var router = new RouterFixture(broker, state, JobLimits.DEFAULT)) {
            new TopicSetup(router.clients.admin(), router.topics, Optional.empty()).ensurePool(POOL);
            router.stop();
            send(router, "pools", POOL.getBytes(UTF_8), record());
            send(
                    router,
                    "pool-queue",
                    place(POOL + "/shop/" + Priority.PRIORITY_BULK_VALUE + "/", 3),
                    StoredWaiting.newBuilder()
                            .setItem(waiting())
                            .setSinceEpochMillis(1)
                            .build()
                            .toByteArray());
            send(
                    router,
                    "pool-places",
                    (POOL + "/shop/waits/1/0/1").getBytes(UTF_8),
                    StoredPlace.newBuilder()
                            .setTenant("shop")
                            .setPriority(Priority.PRIORITY_BULK)
                            .setSequence(3)
                            .build()
                            .toByteArray());
            router.startIn(fresh);

            // What is in flight in the old record holds the place of the one that waits.
            TopicReader work = router.reader(router.topics.work(POOL));
            router.clients.send(
                    router.topics.dispatch(),
                    POOL,
                    DispatchEvents.freed(attempt("runs")).toByteArray());
            WorkItem released = RouterFixture.item(work.await(_ -> true, RouterFixture.PATIENCE));
            assertThat(released.getJob().getId()).isEqualTo("waits");

            List<String> keys = router.reader(router.config.applicationId() + "-pools-changelog").readToEnd().stream()
                    .map(record -> record.key())
                    .toList();
            assertThat(keys).contains(POOL + "/workers/worker-1", POOL + "/tenants/shop");
            assertThat(keys.stream().filter(POOL::equals)).hasSizeGreaterThan(1);
        }
    }

    /** With an attempt in flight that has no entry of its own, and room for one at a time. */
    private static byte[] record() {
        return PoolRecord.newBuilder()
                .addInFlight(attempt("runs"))
                .addLeases(StoredLease.newBuilder()
                        .setWorkerIncarnation("worker-1")
                        .setSlots(1)
                        .setProtocolVersion(2)
                        .setUntilEpochMillis(2))
                .addQueues(StoredQueue.newBuilder()
                        .setTenant("shop")
                        .setPriority(Priority.PRIORITY_BULK)
                        .setHead(3)
                        .setTail(4)
                        .setWaiting(1)
                        .setHeadCost(7)
                        .setHeadSinceEpochMillis(1))
                .setVirtualTime(5)
                .putPaidUntil("shop", 99)
                .build()
                .toByteArray();
    }

    private static void send(RouterFixture router, String store, byte[] key, byte[] value) {
        String changelog = router.config.applicationId() + "-" + store + "-changelog";
        int partition =
                router.clients.send(router.topics.dispatch(), POOL, new byte[0]).partition();
        router.clients.sendBytes(new ProducerRecord<>(changelog, partition, key, value));
    }

    private static byte[] place(String queue, long sequence) {
        byte[] prefix = queue.getBytes(UTF_8);
        return ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(sequence)
                .array();
    }

    private static WorkItem waiting() {
        return WorkItem.newBuilder()
                .setJob(attempt("waits").getJob())
                .setAttempt(1)
                .setPool(POOL)
                .setPriority(Priority.PRIORITY_BULK)
                .setExpectedCost(7)
                .build();
    }

    private static AttemptKey attempt(String id) {
        return AttemptKey.newBuilder()
                .setJob(JobKey.newBuilder().setTenant("shop").setId(id).setRun(1))
                .setAttempt(1)
                .build();
    }
}
