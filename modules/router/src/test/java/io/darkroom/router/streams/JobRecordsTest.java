package io.darkroom.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.router.JobRecord;
import io.darkroom.router.job.AcceptedJob;
import io.darkroom.router.job.ItemState;
import io.darkroom.router.job.JobState;
import io.darkroom.router.job.Tries;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobRecordsTest {
    private static final Instant T1 = Instant.ofEpochMilli(1_000);
    private static final Instant T2 = Instant.ofEpochMilli(2_000);
    private static final Instant T3 = Instant.ofEpochMilli(3_000);
    private static final Tries TRIES =
            new Tries(3, 2, 1, ByteString.copyFromUtf8("token"), true, List.of("w1", "w2"), 4, 5);

    private static final AcceptedJob JOB = new AcceptedJob(
            JobKey.newBuilder().setTenant("t").setId("j").setRun(2).build(),
            "hash",
            Map.of("sku", "88-1"),
            Optional.of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            T1,
            T3,
            Plan.newBuilder().setOutputUri("s3://renders/").build());

    static Stream<JobState> states() {
        return Stream.of(
                new JobState.Unknown(),
                new JobState.EarlyCancel("not needed", T2),
                new JobState.Active(
                        JOB,
                        List.of(
                                new ItemState.Blocked(),
                                new ItemState.Blocked(TRIES),
                                new ItemState.Reused(
                                        TRIES,
                                        List.of(WorkInput.newBuilder()
                                                .setKept(true)
                                                .build())),
                                new ItemState.BackingOff(TRIES, T1, T2),
                                new ItemState.Queued(TRIES, T1),
                                new ItemState.Released(TRIES, T1, T2),
                                new ItemState.Running(TRIES, T1, T2, T3, "w1"),
                                new ItemState.Done(
                                        TRIES,
                                        T1,
                                        T2,
                                        WorkDone.newBuilder().setPool("p").build())),
                        Priority.PRIORITY_BULK),
                new JobState.Finished(2, JobResult.Status.EXPIRED, "hash", T3, Optional.of(JOB)),
                new JobState.Finished(1, JobResult.Status.SUCCEEDED, "hash", T3, Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("states")
    void everyStateIsReadBackAsItWasStored(JobState state) throws InvalidProtocolBufferException {
        byte[] stored = JobRecords.write(state, 42).toByteArray();

        JobRecord record = JobRecord.parseFrom(stored);
        assertThat(JobRecords.read(record, () -> JobRecords.job(JOB))).isEqualTo(state);
        assertThat(record.getTimerEpochMillis()).isEqualTo(42);
    }
}
