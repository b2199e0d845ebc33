package io.darkroom.router.ingress;

import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkerHeartbeat;
import io.darkroom.contract.wire.router.WorkerLease;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a heartbeat must look like, and what it means for its pool. */
public final class HeartbeatForm {
    private static final int MAX_SLOTS = 1000;
    private static final int MAX_INCARNATION = 128;
    private static final Duration MAX_INTERVAL = Duration.ofMinutes(1);
    private static final Pattern POOL = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private HeartbeatForm() {}

    public static Optional<String> faultOf(WorkEvent event) {
        return POOL.matcher(event.getHeartbeat().getPool()).matches()
                ? Optional.empty()
                : Optional.of("heartbeat.pool must match " + POOL);
    }

    public static WorkerLease lease(WorkEvent event) {
        WorkerHeartbeat heartbeat = event.getHeartbeat();
        int slots = heartbeat.getLeaving() ? 0 : Math.clamp(heartbeat.getSlots(), 0, MAX_SLOTS);
        return WorkerLease.newBuilder()
                .setWorkerIncarnation(Bounds.text(event.getWorkerIncarnation(), MAX_INCARNATION))
                .setSlots(slots)
                .setProtocolVersion(heartbeat.getProtocolVersionsList().stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(0))
                .setIntervalMillis(Math.clamp(heartbeat.getIntervalMillis(), 0, MAX_INTERVAL.toMillis()))
                .build();
    }
}
