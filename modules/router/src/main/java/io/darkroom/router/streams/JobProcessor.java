package io.darkroom.router.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.status.JobStatus;
import io.darkroom.contract.wire.CancelWork;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.router.dispatch.DispatchEvents;
import io.darkroom.router.ingress.Traceparent;
import io.darkroom.router.job.Decision;
import io.darkroom.router.job.JobEvents;
import io.darkroom.router.job.JobMachine;
import io.darkroom.router.job.JobNames;
import io.darkroom.router.job.JobOutput;
import io.darkroom.router.job.KeptOutputs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores and forwards what {@link JobMachine} decides. Its time is the stream's: the highest append
 * time that it has read, which is monotone and is stored with the task's offsets.
 */
final class JobProcessor implements Processor<String, byte[], String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(JobProcessor.class);
    private final LetterLog log = new LetterLog(LOG);
    private static final Duration TIMER_RESOLUTION = Duration.ofMillis(100);

    /**
     * Bounds one punctuation, so that a crowd of due timers does not hold up the events behind it.
     */
    private static final int TIMERS_AT_ONCE = 500;

    /** Of one tenant's jobs, for the same reason. */
    private static final int CANCELLED_AT_ONCE = 200;

    private final Function<KeptOutputs, JobMachine> machineOf;
    private final Sinks sinks;
    private JobMachine machine;
    private ProcessorContext<String, byte[]> context;
    private JobStores stores;
    private TenantCancels tenantCancels;
    private JobMetrics metrics;

    JobProcessor(Function<KeptOutputs, JobMachine> machineOf, Sinks sinks) {
        this.machineOf = machineOf;
        this.sinks = sinks;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        machine = machineOf.apply(new KeptStore(context.getStateStore(KeptStore.NAME)));
        stores = new JobStores(context);
        tenantCancels = new TenantCancels(context, stores);
        metrics = new JobMetrics(context.metrics(), context.taskId().toString());
        context.schedule(TIMER_RESOLUTION, PunctuationType.WALL_CLOCK_TIME, this::announceDue);
        context.schedule(TIMER_RESOLUTION, PunctuationType.WALL_CLOCK_TIME, this::cancelMore);
    }

    @Override
    public void close() {
        metrics.close();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (Keys.isTenant(record.key())) {
            cancelTenant(record);
            return;
        }
        JobStores.Loaded before = stores.load(record.key());
        Decision decision;
        List<Outgoing> outgoing;
        JobEvent event;
        try {
            event = JobEvent.parseFrom(record.value());
            decision = machine.decide(before.state(), event, Instant.ofEpochMilli(context.currentStreamTimeMs()));
            outgoing = decision.outputs().stream()
                    .flatMap(output -> outgoing(record.key(), output).stream())
                    .toList();
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            // Nothing was stored yet, so the event can be left out. Later it could not: a store's
            // writes stay.
            bury(record, e);
            return;
        }
        stores.save(
                record.key(),
                before,
                decision.state(),
                machine.nextTimer(decision.state()).map(Instant::toEpochMilli),
                event.hasTimerDue());
        outgoing.forEach(this::forward);
        decision.outputs().forEach(metrics::count);
    }

    /**
     * A due timer is not acted on here, but sent the way of the workers' reports and met again
     * behind all that was appended before it: so a job does not expire because its outcome waited
     * to be read.
     */
    private void announceDue(long nowMillis) {
        for (String job : stores.takeDue(nowMillis, TIMERS_AT_ONCE)) {
            WorkEvent due = JobEvents.timerDue(job);
            context.forward(new Record<>(job, due.toByteArray(), nowMillis), sinks.workEvents());
        }
    }

    private void cancelTenant(Record<String, byte[]> record) {
        try {
            JobEvent event = JobEvent.parseFrom(record.value());
            if (!event.hasCancelTenant()) {
                bury(record, new IllegalArgumentException("the key names a tenant, and the event is of a job"));
                return;
            }
            tenantCancels.ask(event.getTenant(), event.getCancelTenant().getReason(), context.currentStreamTimeMs());
        } catch (InvalidProtocolBufferException e) {
            bury(record, e);
        }
    }

    /** Each by an event of its own, so that it is decided on behind what was appended for the job before. */
    private void cancelMore(long nowMillis) {
        for (TenantCancels.Cancelled cancelled : tenantCancels.next(CANCELLED_AT_ONCE)) {
            JobKey job = JobNames.keyOf(cancelled.job());
            JobEvent event = JobEvents.cancel(job, cancelled.reason());
            context.forward(new Record<>(cancelled.job(), event.toByteArray(), nowMillis), sinks.jobEvents());
        }
    }

    private record Outgoing(String sink, String key, Optional<byte[]> value, Map<String, String> headers) {}

    /** Empty for what is counted only. */
    private Optional<Outgoing> outgoing(String job, JobOutput output) {
        return switch (output) {
            case JobOutput.ForgedEvent _ -> Optional.empty();
            case JobOutput.Result(JobResult result) ->
                Optional.of(new Outgoing(
                        sinks.results(),
                        job,
                        Optional.of(BoundedResult.json(result)),
                        result.traceparent()
                                .map(trace -> Map.of(Traceparent.HEADER, trace))
                                .orElse(Map.of())));
            case JobOutput.GivenUp(DeadLetter letter) ->
                Optional.of(
                        new Outgoing(sinks.deadLetters(), letter.key(), Optional.of(letter.value()), letter.headers()));
            case JobOutput.Reply(JobReply reply) -> Optional.of(plain(sinks.replies(), job, Json.write(reply)));
            case JobOutput.Status(JobStatus status) -> Optional.of(plain(sinks.jobs(), job, Json.write(status)));
            case JobOutput.Forgotten _ -> Optional.of(new Outgoing(sinks.jobs(), job, Optional.empty(), Map.of()));
            case JobOutput.Keep(String tenant, String name, var record) ->
                Optional.of(plain(sinks.kept(), KeptStore.key(tenant, name), record.toByteArray()));
            case JobOutput.Lost(String tenant, String name) ->
                Optional.of(new Outgoing(sinks.kept(), KeptStore.key(tenant, name), Optional.empty(), Map.of()));
            case JobOutput.Want(var item) -> Optional.of(dispatch(item.getPool(), DispatchEvents.wanted(item)));
            case JobOutput.Free(String pool, var attempt) -> Optional.of(dispatch(pool, DispatchEvents.freed(attempt)));
            case JobOutput.Move(String pool, var attempt, var priority) ->
                Optional.of(dispatch(pool, DispatchEvents.moved(attempt, priority)));
            case JobOutput.StopWork(JobKey key, String reason) ->
                Optional.of(plain(
                        sinks.workerControl(),
                        job,
                        WorkerControl.newBuilder()
                                .setCancel(CancelWork.newBuilder().setJob(key).setReason(reason))
                                .build()
                                .toByteArray()));
        };
    }

    private Outgoing dispatch(String pool, DispatchEvent event) {
        return plain(sinks.dispatch(), pool, event.toByteArray());
    }

    private static Outgoing plain(String sink, String key, byte[] value) {
        return new Outgoing(sink, key, Optional.of(value), Map.of());
    }

    private void forward(Outgoing outgoing) {
        Record<String, byte[]> record =
                new Record<>(outgoing.key(), outgoing.value().orElse(null), context.currentStreamTimeMs());
        outgoing.headers().forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        context.forward(record, outgoing.sink());
    }

    private void bury(Record<String, byte[]> record, Exception cause) {
        log.leftOut("an event of job " + record.key(), cause);
        Letters.forward(context, sinks.deadLetters(), record, cause);
    }
}
