package io.darkroom.simulation;

import com.google.protobuf.ByteString;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStarted;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.job.AttemptTokens;
import java.time.Duration;
import java.util.List;

/**
 * Somebody who may write to the topic of work events, knows the names of all attempts and what would be believed of them, and was
 * given none: as a worker of another pool that somebody broke into.
 */
final class Forger {
    private final World world;

    Forger(World world) {
        this.world = world;
    }

    void start() {
        world.timeline().after(world.dice().between(Duration.ofSeconds(1), Duration.ofMinutes(2)), () -> {
            if (world.faultHappens(0.5)) {
                forge();
            }
            if (world.faulty()) {
                start();
            }
        });
    }

    private void forge() {
        List<WorkItem> asked = world.topics().dispatch.readable().stream()
                .filter(entry -> entry.value().hasWanted())
                .map(entry -> entry.value().getWanted())
                .toList();
        if (asked.isEmpty()) {
            return;
        }
        WorkItem item = world.dice().oneOf(asked);
        ByteString token = world.dice().chance(0.5)
                ? ByteString.EMPTY
                : ByteString.copyFrom(world.dice().bytes(AttemptTokens.BYTES));
        WorkEvent event = forged(item, token)
                .setProtocolVersion(1)
                .setWorkerIncarnation("forger")
                .build();
        world.story()
                .tell(
                        "somebody forges %s for %s",
                        event.getKindCase(), item.getJob().getId());
        world.topics().workEvents.append("", event);
    }

    private WorkEvent.Builder forged(WorkItem item, ByteString token) {
        WorkEvent.Builder event = WorkEvent.newBuilder();
        return switch (world.dice().below(3)) {
            case 0 ->
                event.setStarted(WorkStarted.newBuilder()
                        .setAttempt(DispatchMachine.attemptOf(item))
                        .setPool(item.getPool())
                        .setToken(token));
            case 1 ->
                event.setFailed(WorkFailed.newBuilder()
                        .setAttempt(DispatchMachine.attemptOf(item))
                        .setPool(item.getPool())
                        .setToken(token)
                        .setErrorCode(ErrorCode.INPUT_REJECTED.name()));
            default -> event.setDone(done(item).toBuilder().setToken(token));
        };
    }

    /** Of pictures that nobody wrote. */
    private static WorkDone done(WorkItem item) {
        return Pictures.of(item).done(item.getPool());
    }
}
