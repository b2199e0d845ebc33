package io.darkroom.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.JobRecord;
import io.darkroom.contract.wire.router.PoolRecord;
import io.darkroom.contract.wire.router.StoredJob;
import io.darkroom.contract.wire.router.StoredPlace;
import io.darkroom.contract.wire.router.StoredTenantCancel;
import io.darkroom.contract.wire.router.StoredWaiting;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.dispatch.QueueKey;
import io.darkroom.router.job.AttemptTokens;
import io.darkroom.router.job.Decision;
import io.darkroom.router.job.ItemState;
import io.darkroom.router.job.JobEvents;
import io.darkroom.router.job.JobLimits;
import io.darkroom.router.job.JobMachine;
import io.darkroom.router.job.JobOutput;
import io.darkroom.router.job.JobState;
import io.darkroom.router.job.KeptOutputs;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a former version left in the stores and topics, byte by byte ({@code stored/}, written by commit d2bad23): a router
 * that takes its place goes on from there.
 */
class FormerStateTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_795_000_060L);

    private final JobMachine machine = new JobMachine(
            JobLimits.DEFAULT, KeptOutputs.NONE, AttemptTokens.random(), UriPolicy.sameForAll(List.of()));

    @Test
    void aJobThatRanGoesOnToItsResult() throws Exception {
        JobState state = job("job-record");
        assertThat(state).isInstanceOfSatisfying(JobState.Active.class, active -> {
            assertThat(active.job().labels()).isEqualTo(Map.of("sku", "88-1"));
            assertThat(active.items().get(0)).isInstanceOf(ItemState.Done.class);
            assertThat(active.items().get(1)).isInstanceOf(ItemState.Running.class);
            assertThat(active.items().get(2)).isInstanceOf(ItemState.Blocked.class);
        });

        Decision next = machine.decide(state, work(read("work-event-done", WorkEvent.parser())), NOW);
        WorkItem wanted = next.outputs().stream()
                .filter(JobOutput.Want.class::isInstance)
                .map(output -> ((JobOutput.Want) output).item())
                .findFirst()
                .orElseThrow();
        assertThat(wanted.getInputs(0).getInlineLatents().getShapeList()).containsExactly(1, 4, 1, 1);
        JobState released =
                machine.decide(next.state(), JobEvents.released(wanted), NOW).state();
        Decision last = machine.decide(released, work(done(wanted)), NOW);

        assertThat(results(last)).extracting(JobResult::status).containsExactly(JobResult.Status.SUCCEEDED);
    }

    @Test
    void aFailedJobIsRememberedAndCanBeReplayed() throws Exception {
        assertThat(job("job-record-finished")).isInstanceOfSatisfying(JobState.Finished.class, finished -> {
            assertThat(finished.status()).isEqualTo(JobResult.Status.FAILED);
            assertThat(finished.contentHash()).isEqualTo("c0ffee");
            assertThat(finished.replayable()).isPresent();
        });
    }

    @Test
    void aCancellationThatCameBeforeItsJobIsKept() throws Exception {
        assertThat(job("job-record-early-cancel"))
                .isEqualTo(new JobState.EarlyCancel("not needed", Instant.ofEpochSecond(1_795_000_600L)));
    }

    @Test
    void aPoolKeepsItsQueuesItsLeasesAndWhatIsInFlight() throws Exception {
        StoredPool pool = new StoredPool();
        pool.add(read("pool-record", PoolRecord.parser()));
        assertThat(pool.isFormer()).isTrue();

        PoolState.Queue queue = pool.queues().get(new QueueKey("shop", Priority.PRIORITY_BULK));
        assertThat(queue.head()).isEqualTo(3);
        assertThat(queue.waiting()).isEqualTo(1);
        assertThat(pool.leases().get("worker-1").slots()).isEqualTo(2);
        assertThat(pool.loads().get("shop").items()).isEqualTo(1);
    }

    static Stream<Arguments> records() {
        return Stream.of(
                Arguments.of("job-record", JobRecord.parser()),
                Arguments.of("job-record-finished", JobRecord.parser()),
                Arguments.of("job-record-early-cancel", JobRecord.parser()),
                Arguments.of("job", StoredJob.parser()),
                Arguments.of("pool-record", PoolRecord.parser()),
                Arguments.of("waiting", StoredWaiting.parser()),
                Arguments.of("place", StoredPlace.parser()),
                Arguments.of("tenant-cancel", StoredTenantCancel.parser()),
                Arguments.of("work-item", WorkItem.parser()),
                Arguments.of("work-event-done", WorkEvent.parser()),
                Arguments.of("work-event-heartbeat", WorkEvent.parser()),
                Arguments.of("dispatch-event-wanted", DispatchEvent.parser()),
                Arguments.of("job-event-submitted", JobEvent.parser()));
    }

    @ParameterizedTest
    @MethodSource("records")
    void nothingIsLostOfARecord(String name, Parser<? extends Message> parser) throws Exception {
        Message message = read(name, parser);

        assertThat(isKnown(message)).isTrue();
        assertThat(message.toByteArray()).hasSize(bytes(name).length);
    }

    private static boolean isKnown(Message message) {
        return message.getUnknownFields().asMap().isEmpty()
                && message.getAllFields().values().stream()
                        .flatMap(value -> value instanceof List<?> list ? list.stream() : Stream.of(value))
                        .allMatch(value -> !(value instanceof Message inner) || isKnown(inner));
    }

    private static JobState job(String name) throws Exception {
        StoredJob job = read("job", StoredJob.parser());
        return JobRecords.read(read(name, JobRecord.parser()), () -> job);
    }

    private static JobEvent work(WorkEvent event) {
        return JobEvent.newBuilder()
                .setTenant("shop")
                .setId("order-1117")
                .setWork(event)
                .build();
    }

    private static WorkEvent done(WorkItem item) {
        return WorkEvent.newBuilder()
                .setDone(WorkDone.newBuilder()
                        .setAttempt(DispatchMachine.attemptOf(item))
                        .setToken(item.getToken())
                        .addImages(PublishedImage.newBuilder()
                                .setStage(item.getStages(0).getId())
                                .setArtifact(ArtifactPointer.newBuilder()
                                        .setUri(item.getOutputUri() + "shop/order-1117/"
                                                + item.getJob().getRun() + "/" + item.getIndex() + "/"
                                                + item.getAttempt()
                                                + "/" + "a".repeat(64) + ".png")
                                        .setSha256("a".repeat(64)))))
                .build();
    }

    private static List<JobResult> results(Decision decision) {
        return decision.outputs().stream()
                .filter(JobOutput.Result.class::isInstance)
                .map(output -> ((JobOutput.Result) output).result())
                .toList();
    }

    private static <T> T read(String name, Parser<T> parser) throws IOException {
        return parser.parseFrom(bytes(name));
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = FormerStateTest.class.getResourceAsStream("/stored/" + name)) {
            return in.readAllBytes();
        }
    }
}
