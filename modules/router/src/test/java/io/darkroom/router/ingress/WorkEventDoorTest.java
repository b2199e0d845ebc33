package io.darkroom.router.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.TimerDue;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkerHeartbeat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                .setFailed(WorkFailed.newBuilder().setAttempt(attempt()).setMessage("x".repeat(1 << 20)))
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
