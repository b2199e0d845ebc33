package io.darkroom.router.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.wire.Priority;
import io.darkroom.planner.JobCeiling;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TenantGrantsTest {
    private static final TenantGrant STANDARD = new TenantGrant(JobCeiling.DEFAULT, Priority.PRIORITY_STANDARD);
    private static final TenantGrant ALL = new TenantGrant(JobCeiling.DEFAULT, Priority.PRIORITY_INTERACTIVE);
    private static final TenantGrants GRANTS = new TenantGrants(Map.of("shop", ALL, "*", STANDARD));

    @Test
    void aPriorityBeyondTheGrantIsRefusedByNameAndOneWithinItIsNot() {
        assertThat(GRANTS.of("other").faultOf("other", Priority.PRIORITY_INTERACTIVE))
                .hasValueSatisfying(fault -> {
                    assertThat(fault.path()).isEqualTo("priority");
                    assertThat(fault.message())
                            .isEqualTo(
                                    "interactive is not granted to tenant other; the highest that the operator grants"
                                            + " is standard");
                });
        assertThat(GRANTS.of("other").faultOf("other", Priority.PRIORITY_BULK)).isEmpty();
        assertThat(GRANTS.of("shop").faultOf("shop", Priority.PRIORITY_INTERACTIVE))
                .isEmpty();
        assertThat(TenantGrants.EVERYTHING.of("anybody").faultOf("anybody", Priority.PRIORITY_INTERACTIVE))
                .isEmpty();
    }

    @Test
    void aJobThatNamesNoneGetsItsTopicsAsFarAsItIsGranted() {
        assertThat(STANDARD.defaultPriority(Priority.PRIORITY_INTERACTIVE)).isEqualTo(Priority.PRIORITY_STANDARD);
        assertThat(ALL.defaultPriority(Priority.PRIORITY_INTERACTIVE)).isEqualTo(Priority.PRIORITY_INTERACTIVE);
    }

    @Test
    void aControlRecordThatAsksForMoreChangesNoJob() {
        ControlDoor door = new ControlDoor(GRANTS);
        assertThat(door.pass(reprioritise("other"))).singleElement().isInstanceOf(Passage.ToDeadLetters.class);
        assertThat(door.pass(reprioritise("shop"))).singleElement().isInstanceOf(Passage.ToJob.class);
    }

    private static Arrival reprioritise(String tenant) {
        String json = "{\"schema_version\": 1, \"action\": \"reprioritise\", \"tenant\": \"%s\", \"id\": \"j\","
                + " \"priority\": \"interactive\"}";
        return new Arrival(
                Optional.of(json.formatted(tenant).getBytes(UTF_8)),
                new DeadLetter.Origin("darkroom.control", 0, 0, 0),
                Optional.empty());
    }
}
