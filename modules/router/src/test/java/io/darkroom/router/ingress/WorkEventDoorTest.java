package io.darkroom.router.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.TimerDue;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkStarted;
import io.darkroom.contract.wire.WorkerHeartbeat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkEventDoorTest {
    private static final JobKey JOB =
            JobKey.newBuilder().setTenant("t").setId("j").setRun(1).build();

    private final WorkEventDoor door = new WorkEventDoor();

    @Test
    void whatAWorkerReportsGoesToItsJob() {
        WorkEvent event = done("s3://renders/a.png", "a".repeat(64));

        assertThat(pass(event)).isInstanceOfSatisfying(Passage.ToJob.class, passage -> {
            assertThat(passage.event().getTenant()).isEqualTo("t");
            assertThat(passage.event().getId()).isEqualTo("j");
            assertThat(passage.event().getWork()).isEqualTo(event);
        });
    }

    @Test
    void aTimerGoesToItsJob() {
        WorkEvent event = WorkEvent.newBuilder()
                .setTimerDue(TimerDue.newBuilder().setJob(JOB))
                .build();

        assertThat(pass(event))
                .isInstanceOfSatisfying(
                        Passage.ToJob.class,
                        passage -> assertThat(passage.event().hasTimerDue()).isTrue());
    }

    @Test
    void aHeartbeatGoesToItsPoolAndTheLastOneEndsTheLease() {
        WorkerHeartbeat heartbeat =
                WorkerHeartbeat.newBuilder().setPool("gpu").setSlots(4).build();

        assertThat(lease(heartbeat)).isEqualTo(4);
        assertThat(lease(heartbeat.toBuilder().setLeaving(true).build())).isZero();
        assertThat(lease(heartbeat.toBuilder().setSlots(Integer.MAX_VALUE).build()))
                .isEqualTo(1000);
    }

    @Test
    void aHeartbeatThatRoutersHearByThemselvesIsPassedOnToNobody() {
        WorkerHeartbeat heartbeat = WorkerHeartbeat.newBuilder()
                .setPool("gpu")
                .setSlots(4)
                .setApart(true)
                .build();

        assertThat(door.pass(arrival(
                        WorkEvent.newBuilder().setHeartbeat(heartbeat).build().toByteArray())))
                .isEmpty();
    }

    @Test
    void aHeartbeatSaysTheNewestVersionThatTheWorkerReads() {
        WorkerHeartbeat heartbeat = WorkerHeartbeat.newBuilder()
                .setPool("gpu")
                .setSlots(4)
                .addAllProtocolVersions(List.of(1, 3, 2))
                .build();

        assertThat(pass(WorkEvent.newBuilder().setHeartbeat(heartbeat).build()))
                .isInstanceOfSatisfying(
                        Passage.ToPool.class,
                        passage -> assertThat(passage.event().getLease().getProtocolVersion())
                                .isEqualTo(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a uri", "s3://a b/"})
    void anOutcomeWhoseUriIsNoneIsADeadLetter(String uri) {
        assertThat(pass(done(uri, "a".repeat(64)))).isInstanceOf(Passage.ToDeadLetters.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void anOutcomeWithoutADigestIsADeadLetter(String sha256) {
        assertThat(pass(done("s3://renders/a.png", sha256))).isInstanceOf(Passage.ToDeadLetters.class);
    }

    @Test
    void whatAWorkerTellsIsCutToALengthThatAResultCanHold() {
        WorkEvent failed = WorkEvent.newBuilder()
                .setFailed(WorkFailed.newBuilder()
                        .setAttempt(attempt())
                        .setErrorCode("INTERNAL")
                        .setMessage("x".repeat(1 << 20)))
                .build();
        WorkEvent.Builder done = done("s3://renders/a.png", "a".repeat(64)).toBuilder();
        StageReport.Builder report = StageReport.newBuilder();
        for (int i = 0; i < 1000; i++) {
            report.addWarnings("w".repeat(10_000));
        }
        done.getDoneBuilder().addReports(report);

        assertThat(serializedSize(failed)).isLessThan(5000);
        assertThat(serializedSize(done.build())).isLessThan(5000);
    }

    static Stream<Arguments> absurdities() {
        WorkEvent good = done("s3://renders/a.png", "a".repeat(64));
        Map<String, Consumer<WorkEvent.Builder>> changes = new LinkedHashMap<>();
        changes.put("no job", event -> event.getDoneBuilder().clearAttempt());
        changes.put("a tenant's key", event -> job(event).clearId());
        changes.put("a slash", event -> job(event).setId("a/b"));
        changes.put("run 0", event -> job(event).setRun(0));
        changes.put(
                "attempt -1",
                event -> event.getDoneBuilder().getAttemptBuilder().setAttempt(-1));
        changes.put(
                "index -1", event -> event.getDoneBuilder().getAttemptBuilder().setIndex(-1));
        changes.put("long token", event -> event.getDoneBuilder().setToken(ByteString.copyFrom(new byte[65])));
        changes.put("pool", event -> event.getDoneBuilder().setPool("../x"));
        changes.put(
                "twice",
                event -> event.getDoneBuilder().addImages(event.getDone().getImages(0)));
        changes.put("width", event -> image(event).setWidth(-1));
        changes.put("height", event -> image(event).setHeight(1 << 20));
        changes.put("image -1", event -> image(event).setIndex(-1));
        changes.put("not a number", event -> image(event).setStrength(Double.NaN));
        changes.put("infinite", event -> image(event).setGuidanceScale(Double.POSITIVE_INFINITY));
        changes.put("bytes", event -> image(event).getArtifactBuilder().setBytes(-1));
        changes.put("many bytes", event -> image(event).getArtifactBuilder().setBytes(1L << 50));
        changes.put("compute", event -> report(event).setComputeMillis(-1));
        changes.put("device", event -> report(event).setDeviceMillis(-1));
        changes.put(
                "device beyond wall",
                event -> report(event)
                        .setComputeMillis(1000)
                        .setDeviceMillis(Duration.ofHours(1).toMillis()));
        changes.put("endless", event -> report(event).setComputeMillis(Long.MAX_VALUE));
        changes.put("a user's URI", event -> handedOn(event).setImageUri("s3://renders/secret.png"));
        changes.put("nothing handed on", event -> handedOn(event).setStage("s"));
        changes.put(
                "no digest",
                event -> handedOn(event)
                        .getImageBuilder()
                        .setUri("s3://renders/a.png")
                        .setBytes(1));
        changes.put("larger shape", event -> latents(event).addShape(1 << 30));
        changes.put("negative shape", event -> latents(event).setShape(0, -1));
        return changes.entrySet().stream().map(change -> {
            WorkEvent.Builder event = good.toBuilder();
            change.getValue().accept(event);
            return Arguments.of(change.getKey(), event.build());
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("absurdities")
    void anOutcomeThatCannotBeIsADeadLetter(String name, WorkEvent event) {
        assertThat(pass(event)).as(name).isInstanceOf(Passage.ToDeadLetters.class);
    }

    @Test
    void latentsOfTheirShapeAreHandedOn() {
        WorkEvent.Builder event = done("s3://renders/a.png", "a".repeat(64)).toBuilder();
        latents(event);

        assertThat(pass(event.build())).isInstanceOf(Passage.ToJob.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aFailureWhoseDeviceTimeCannotBeIsADeadLetter(long millis) {
        WorkEvent event = WorkEvent.newBuilder()
                .setFailed(WorkFailed.newBuilder()
                        .setAttempt(attempt())
                        .setErrorCode("INTERNAL")
                        .setDeviceMillis(millis))
                .build();

        assertThat(pass(event)).isInstanceOf(Passage.ToDeadLetters.class);
    }

    /** The key of a tenant's cancellation is its name and a slash; no event of a job may pass for one. */
    @Test
    void noEventOfAJobWithoutANameGoesOn() {
        AttemptKey nameless =
                attempt().toBuilder().setJob(JOB.toBuilder().clearId()).build();

        assertThat(List.of(
                        WorkEvent.newBuilder()
                                .setStarted(WorkStarted.newBuilder().setAttempt(nameless))
                                .build(),
                        WorkEvent.newBuilder()
                                .setFailed(WorkFailed.newBuilder()
                                        .setAttempt(nameless)
                                        .setErrorCode("INTERNAL"))
                                .build(),
                        WorkEvent.newBuilder()
                                .setTimerDue(TimerDue.newBuilder().setJob(nameless.getJob()))
                                .build()))
                .allSatisfy(event -> assertThat(pass(event)).isInstanceOf(Passage.ToDeadLetters.class));
    }

    private static JobKey.Builder job(WorkEvent.Builder event) {
        return event.getDoneBuilder().getAttemptBuilder().getJobBuilder();
    }

    private static PublishedImage.Builder image(WorkEvent.Builder event) {
        return event.getDoneBuilder().getImagesBuilder(0);
    }

    private static StageReport.Builder report(WorkEvent.Builder event) {
        return event.getDoneBuilder().addReportsBuilder();
    }

    private static WorkInput.Builder handedOn(WorkEvent.Builder event) {
        return event.getDoneBuilder().addHandoverBuilder();
    }

    private static InlineLatents.Builder latents(WorkEvent.Builder event) {
        return handedOn(event)
                .getInlineLatentsBuilder()
                .addShape(1)
                .setElementType(ElementType.ELEMENT_TYPE_F32)
                .setData(ByteString.copyFrom(new byte[4]))
                .setVaeDigest("a".repeat(64));
    }

    @Test
    void noBytesMakeItThrow() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            assertThat(door.pass(arrival(bytes))).hasSize(1);
        }
    }

    private int serializedSize(WorkEvent event) {
        return ((Passage.ToJob) pass(event)).event().getSerializedSize();
    }

    private int lease(WorkerHeartbeat heartbeat) {
        WorkEvent event = WorkEvent.newBuilder()
                .setWorkerIncarnation("w1")
                .setHeartbeat(heartbeat)
                .build();
        Passage.ToPool passage = (Passage.ToPool) pass(event);
        assertThat(passage.pool()).isEqualTo("gpu");
        return passage.event().getLease().getSlots();
    }

    private Passage pass(WorkEvent event) {
        List<Passage> passages = door.pass(arrival(event.toByteArray()));
        assertThat(passages).hasSize(1);
        return passages.getFirst();
    }

    private static Arrival arrival(byte[] value) {
        return new Arrival(Optional.of(value), new DeadLetter.Origin("work-events", 0, 0, 0), Optional.empty());
    }

    private static WorkEvent done(String uri, String sha256) {
        return WorkEvent.newBuilder()
                .setDone(WorkDone.newBuilder()
                        .setAttempt(attempt())
                        .addImages(PublishedImage.newBuilder()
                                .setWidth(64)
                                .setHeight(64)
                                .setArtifact(ArtifactPointer.newBuilder()
                                        .setUri(uri)
                                        .setSha256(sha256)
                                        .setBytes(1))))
                .build();
    }

    private static AttemptKey attempt() {
        return AttemptKey.newBuilder().setJob(JOB).setIndex(0).setAttempt(1).build();
    }
}
