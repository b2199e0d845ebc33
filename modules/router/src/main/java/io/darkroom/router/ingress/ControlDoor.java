package io.darkroom.router.ingress;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.ControlParser;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.request.ParsedControl;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.router.CancelAsked;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.ReplayAsked;
import io.darkroom.contract.wire.router.ReprioritiseAsked;
import java.util.List;
import java.util.Optional;

/** The door for control records. */
public final class ControlDoor implements Door {
    private final ControlParser parser = new ControlParser();
    private final TenantGrants grants;

    /** Where everything is granted. */
    public ControlDoor() {
        this(TenantGrants.EVERYTHING);
    }

    public ControlDoor(TenantGrants grants) {
        this.grants = grants;
    }

    @Override
    public List<Passage> pass(Arrival arrival) {
        byte[] json = arrival.value().orElse(new byte[0]);
        return switch (granted(parser.parse(json))) {
            case ParsedControl.Cancel(String tenant, String id, String reason) ->
                List.of(new Passage.ToJob(JobEvent.newBuilder()
                        .setTenant(tenant)
                        .setId(id)
                        .setCancel(CancelAsked.newBuilder().setReason(reason))
                        .build()));
            case ParsedControl.Reprioritise(String tenant, String id, Priority priority) ->
                List.of(new Passage.ToJob(JobEvent.newBuilder()
                        .setTenant(tenant)
                        .setId(id)
                        .setReprioritise(ReprioritiseAsked.newBuilder().setPriority(priority))
                        .build()));
            case ParsedControl.CancelTenant(String tenant, String reason) ->
                List.of(new Passage.ToTenant(
                        tenant,
                        JobEvent.newBuilder()
                                .setTenant(tenant)
                                .setCancelTenant(CancelAsked.newBuilder().setReason(reason))
                                .build()));
            case ParsedControl.Replay(String tenant, String id, Priority priority) ->
                List.of(new Passage.ToJob(JobEvent.newBuilder()
                        .setTenant(tenant)
                        .setId(id)
                        .setReplay(ReplayAsked.newBuilder().setPriority(priority))
                        .build()));
            case ParsedControl.Refused(ErrorCode code, List<Fault> faults) ->
                List.of(new Passage.ToDeadLetters(
                        Refusals.letter(arrival, envelope(json), code, Bounds.faults(faults))));
        };
    }

    /** The instruction, or its refusal where it asks for a priority that the tenant's jobs may not have. */
    private ParsedControl granted(ParsedControl control) {
        Optional<Fault> fault =
                switch (control) {
                    case ParsedControl.Reprioritise(String tenant, String _, Priority priority) ->
                        grants.of(tenant).faultOf(tenant, priority);
                    case ParsedControl.Replay(String tenant, String _, Priority priority) ->
                        grants.of(tenant).faultOf(tenant, priority);
                    case ParsedControl.Cancel _, ParsedControl.CancelTenant _, ParsedControl.Refused _ ->
                        Optional.empty();
                };
        return fault.<ParsedControl>map(
                        found -> new ParsedControl.Refused(ErrorCode.PRIORITY_NOT_GRANTED, List.of(found)))
                .orElse(control);
    }

    private static Envelope envelope(byte[] json) {
        return json.length <= ControlParser.MAX_CONTROL_BYTES ? Envelope.of(json) : Envelope.NOBODY;
    }
}
