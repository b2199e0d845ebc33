package io.darkroom.router.ingress;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.TimerPassed;
import java.util.List;
import java.util.Optional;

/**
 * The door for what workers report, and for the router's own timers, which stand in the same order.
 */
public final class WorkEventDoor implements Door {
    /** What a newer worker may add is not stored for it. */
    private static final Parser<WorkEvent> PARSER = DiscardUnknownFieldsParser.wrap(WorkEvent.parser());

    private static final int MAX_INCARNATION = 128;
    private static final int MAX_MESSAGE = 4096;

    @Override
    public List<Passage> pass(Arrival arrival) {
        WorkEvent event;
        try {
            event = PARSER.parseFrom(arrival.value().orElse(new byte[0]));
        } catch (InvalidProtocolBufferException e) {
            return dead(arrival, "is not a WorkEvent");
        }
        return switch (event.getKindCase()) {
            case STARTED -> {
                var started = event.getStarted();
                yield AttemptForm.faultOf(started.getAttempt(), started.getPool(), started.getToken())
                        .map(fault -> dead(arrival, fault))
                        .orElseGet(() -> toJob(event, started.getAttempt().getJob()));
            }
            case DONE ->
                OutcomeForm.faultOf(event.getDone())
                        .map(fault -> dead(arrival, fault))
                        .orElseGet(() -> toJob(
                                OutcomeForm.bounded(event),
                                event.getDone().getAttempt().getJob()));
            case FAILED ->
                OutcomeForm.faultOf(event.getFailed())
                        .map(fault -> dead(arrival, fault))
                        .orElseGet(() -> toJob(
                                bounded(event), event.getFailed().getAttempt().getJob()));
            case HEARTBEAT -> heartbeat(arrival, event);
            case TIMER_DUE ->
                AttemptForm.faultOf(event.getTimerDue().getJob())
                        .map(fault -> dead(arrival, fault))
                        .orElseGet(() -> timer(event.getTimerDue().getJob()));
            case KIND_NOT_SET -> dead(arrival, "is of a kind that this router does not know");
        };
    }

    /** What the router hears by itself ({@code presence}) need not go through its topics, for there is much of it. */
    private static List<Passage> heartbeat(Arrival arrival, WorkEvent event) {
        Optional<String> fault = HeartbeatForm.faultOf(event);
        if (fault.isPresent()) {
            return dead(arrival, fault.get());
        }
        return event.getHeartbeat().getApart()
                ? List.of()
                : List.of(new Passage.ToPool(
                        event.getHeartbeat().getPool(),
                        DispatchEvent.newBuilder()
                                .setLease(HeartbeatForm.lease(event))
                                .build()));
    }

    private static List<Passage> timer(JobKey job) {
        return List.of(new Passage.ToJob(JobEvent.newBuilder()
                .setTenant(job.getTenant())
                .setId(job.getId())
                .setTimerDue(TimerPassed.getDefaultInstance())
                .build()));
    }

    private static WorkEvent bounded(WorkEvent event) {
        WorkFailed failed = event.getFailed();
        return event.toBuilder()
                .setFailed(failed.toBuilder()
                        .setStage(Bounds.text(failed.getStage(), 256))
                        .setMessage(Bounds.text(failed.getMessage(), MAX_MESSAGE)))
                .build();
    }

    private static List<Passage> toJob(WorkEvent event, JobKey job) {
        return List.of(new Passage.ToJob(JobEvent.newBuilder()
                .setTenant(job.getTenant())
                .setId(job.getId())
                .setWork(event.toBuilder()
                        .setWorkerIncarnation(Bounds.text(event.getWorkerIncarnation(), MAX_INCARNATION)))
                .build()));
    }

    private static List<Passage> dead(Arrival arrival, String reason) {
        return List.of(new Passage.ToDeadLetters(
                Refusals.letter(arrival, Envelope.NOBODY, ErrorCode.MALFORMED_RECORD, List.of(new Fault("", reason)))));
    }
}
