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

/** The door for control records. */
public final class ControlDoor implements Door {
    private final ControlParser parser = new ControlParser();

    @Override
    public List<Passage> pass(Arrival arrival) {
        byte[] json = arrival.value().orElse(new byte[0]);
        return switch (parser.parse(json)) {
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

    private static Envelope envelope(byte[] json) {
        return json.length <= ControlParser.MAX_CONTROL_BYTES ? Envelope.of(json) : Envelope.NOBODY;
    }
}
