package io.darkroom.router.ingress;

import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.PriorityName;
import io.darkroom.contract.wire.Priority;
import io.darkroom.planner.JobCeiling;
import java.util.Comparator;
import java.util.Optional;

/**
 * What the operator grants to the jobs of one tenant.
 *
 * @param ceiling what one job may take
 * @param highestPriority that its jobs may have
 */
public record TenantGrant(JobCeiling ceiling, Priority highestPriority) {
    /** Where there is no operator's file: a single team, which knows by itself what comes first. */
    public static final TenantGrant EVERYTHING = new TenantGrant(JobCeiling.DEFAULT, Priority.PRIORITY_INTERACTIVE);

    private static final Comparator<Priority> BY_URGENCY = Comparator.comparingInt(TenantGrant::urgency);

    /** Why jobs may not have that priority; empty where they may. */
    Optional<Fault> faultOf(String tenant, Priority asked) {
        if (BY_URGENCY.compare(asked, highestPriority) <= 0) {
            return Optional.empty();
        }
        return Optional.of(new Fault(
                "priority",
                "%s is not granted to tenant %s; the highest that the operator grants is %s"
                        .formatted(PriorityName.of(asked), tenant, PriorityName.of(highestPriority))));
    }

    /** For a job that names none: what its topic stands for, as far as it is granted. */
    Priority defaultPriority(Priority ofTopic) {
        return BY_URGENCY.compare(ofTopic, highestPriority) <= 0 ? ofTopic : highestPriority;
    }

    private static int urgency(Priority priority) {
        return switch (priority) {
            case PRIORITY_BULK -> 0;
            case PRIORITY_STANDARD, PRIORITY_UNSPECIFIED, UNRECOGNIZED -> 1;
            case PRIORITY_INTERACTIVE -> 2;
        };
    }
}
