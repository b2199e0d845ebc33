package io.darkroom.router.job;

import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.TimerDue;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.CancelAsked;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.WorkReleased;
import io.darkroom.contract.wire.router.WorkTurnedAway;
import io.darkroom.router.dispatch.DispatchMachine;

/** What the router's other parts tell a job, as records. */
public final class JobEvents {
    private static final int PROTOCOL_VERSION = 1;

    private JobEvents() {}

    public static JobEvent released(WorkItem item) {
        return of(item.getJob())
                .setReleased(WorkReleased.newBuilder().setAttempt(DispatchMachine.attemptOf(item)))
                .build();
    }

    public static JobEvent turnedAway(WorkItem item, String reason) {
        return of(item.getJob())
                .setTurnedAway(WorkTurnedAway.newBuilder()
                        .setAttempt(DispatchMachine.attemptOf(item))
                        .setMessage(reason))
                .build();
    }

    public static JobEvent cancel(JobKey job, String reason) {
        return of(job).setCancel(CancelAsked.newBuilder().setReason(reason)).build();
    }

    /**
     * A time that the job waits for may have come: on its way behind what workers reported before.
     *
     * @param job its name
     */
    public static WorkEvent timerDue(String job) {
        return WorkEvent.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setTimerDue(TimerDue.newBuilder().setJob(JobNames.keyOf(job)))
                .build();
    }

    private static JobEvent.Builder of(JobKey job) {
        return JobEvent.newBuilder().setTenant(job.getTenant()).setId(job.getId());
    }
}
