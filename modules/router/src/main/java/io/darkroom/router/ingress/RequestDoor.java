package io.darkroom.router.ingress;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.request.ParsedRequest;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.request.ValidJob;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.JobRefused;
import io.darkroom.contract.wire.router.JobSubmitted;
import io.darkroom.contract.wire.router.RefusalFault;
import io.darkroom.planner.Catalogue;
import io.darkroom.planner.Planner;
import io.darkroom.planner.Planning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The door for requests. A valid one is planned here, against the catalogue of this moment, so that
 * every reason to refuse it is found in one place; whether its id is free is the job's own matter.
 */
public final class RequestDoor implements Door {
    /** A work item carries its input too, and must stay below the largest record. */
    static final int MAX_SUBMISSION_BYTES = Topics.MAX_RECORD_BYTES - 192 * 1024;

    private final RequestParser parser;
    private final Catalogue catalogue;
    private final Priority defaultPriority;
    private final Predicate<String> knownTenants;
    private final TenantGrants grants;

    /** For every tenant, with everything granted. */
    public RequestDoor(RequestParser parser, Catalogue catalogue, Priority defaultPriority) {
        this(parser, catalogue, defaultPriority, _ -> true, TenantGrants.EVERYTHING);
    }

    /**
     * @param defaultPriority of a request that names none, as far as its tenant is granted that
     * @param knownTenants those that may submit
     */
    public RequestDoor(
            RequestParser parser,
            Catalogue catalogue,
            Priority defaultPriority,
            Predicate<String> knownTenants,
            TenantGrants grants) {
        this.grants = grants;
        this.parser = parser;
        this.catalogue = catalogue;
        this.defaultPriority = defaultPriority;
        this.knownTenants = knownTenants;
    }

    @Override
    public List<Passage> pass(Arrival arrival) {
        if (arrival.value().isEmpty()) {
            return refuse(
                    arrival,
                    Envelope.NOBODY,
                    ErrorCode.MALFORMED_RECORD,
                    List.of(new Fault("", "the record has no value; it must be a JobRequest as JSON")));
        }
        return switch (parser.parse(arrival.value().get())) {
            case ParsedRequest.Refused(Envelope envelope, ErrorCode code, List<Fault> faults) ->
                refuse(arrival, envelope, code, faults);
            case ParsedRequest.Accepted(ValidJob job) ->
                knownTenants.test(job.tenant()) ? plan(arrival, job) : refuseTenant(arrival, job);
        };
    }

    private static List<Passage> refuseTenant(Arrival arrival, ValidJob job) {
        String message = "tenant " + job.tenant()
                + " is not known here; the operator's file of tenants must name it, or" + " \"*\" for all others";
        return refuse(
                arrival,
                new Envelope(Optional.of(job.tenant()), Optional.of(job.id())),
                ErrorCode.TENANT_UNKNOWN,
                List.of(new Fault("tenant", message)));
    }

    @Override
    public boolean isForNow(List<Passage> verdict) {
        return verdict.stream()
                .anyMatch(passage -> passage instanceof Passage.ToDeadLetters(DeadLetter letter)
                        && ErrorCode.UNKNOWN_MODEL
                                .name()
                                .equals(letter.headers().get(DeadLetter.CODE)));
    }

    /** Its sender is answered all the same, if it can be read. */
    @Override
    public List<Passage> unjudged(Arrival arrival, String why) {
        Envelope envelope = arrival.value().map(Envelope::of).orElse(Envelope.NOBODY);
        return refuse(arrival, envelope, ErrorCode.INTERNAL, List.of(new Fault("", why)));
    }

    private List<Passage> plan(Arrival arrival, ValidJob job) {
        Envelope envelope = new Envelope(Optional.of(job.tenant()), Optional.of(job.id()));
        TenantGrant grant = grants.of(job.tenant());
        Optional<Fault> ungranted = job.priority().flatMap(asked -> grant.faultOf(job.tenant(), asked));
        if (ungranted.isPresent()) {
            return refuse(arrival, envelope, ErrorCode.PRIORITY_NOT_GRANTED, List.of(ungranted.get()));
        }
        return switch (Planner.plan(job, catalogue, grant.ceiling())) {
            case Planning.Refused(ErrorCode code, List<Fault> faults) -> refuse(arrival, envelope, code, faults);
            case Planning.Planned(Plan plan) -> {
                JobEvent event = submitted(arrival, job, plan);
                int bytes = event.getSerializedSize();
                yield bytes <= MAX_SUBMISSION_BYTES
                        ? List.of(new Passage.ToJob(event))
                        : refuse(arrival, envelope, ErrorCode.REQUEST_TOO_LARGE, List.of(tooLarge(bytes)));
            }
        };
    }

    private static Fault tooLarge(int bytes) {
        return new Fault("", "its plan takes " + bytes + " bytes; at most " + MAX_SUBMISSION_BYTES + " are possible");
    }

    private JobEvent submitted(Arrival arrival, ValidJob job, Plan plan) {
        JobSubmitted submitted = JobSubmitted.newBuilder()
                .putAllLabels(job.labels())
                .setDeadlineMillis(job.deadline().map(Duration::toMillis).orElse(0L))
                .setContentHash(job.contentHash())
                .setTraceparent(arrival.traceparent().orElse(""))
                .setPlan(plan)
                .setPriority(job.priority().orElse(grants.of(job.tenant()).defaultPriority(defaultPriority)))
                .build();
        return JobEvent.newBuilder()
                .setTenant(job.tenant())
                .setId(job.id())
                .setSubmitted(submitted)
                .build();
    }

    private static List<Passage> refuse(Arrival arrival, Envelope envelope, ErrorCode code, List<Fault> found) {
        List<Fault> faults = Bounds.faults(found);
        List<Passage> passages = new ArrayList<>();
        passages.add(new Passage.ToDeadLetters(Refusals.letter(arrival, envelope, code, faults)));
        if (envelope.tenant().isPresent() && envelope.id().isPresent()) {
            JobRefused.Builder refused = JobRefused.newBuilder()
                    .setErrorCode(code.name())
                    .setTraceparent(arrival.traceparent().orElse(""));
            faults.forEach(fault -> refused.addFaults(
                    RefusalFault.newBuilder().setPath(fault.path()).setMessage(fault.message())));
            passages.add(new Passage.ToJob(JobEvent.newBuilder()
                    .setTenant(envelope.tenant().get())
                    .setId(envelope.id().get())
                    .setRefused(refused)
                    .build()));
        }
        return passages;
    }
}
