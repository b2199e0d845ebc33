package io.darkroom.router.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.status.JobStatus;
import io.darkroom.contract.wire.CancelWork;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.TimerDue;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.WorkMoved;
import io.darkroom.router.ingress.Traceparent;
import io.darkroom.router.job.Decision;
import io.darkroom.router.job.JobMachine;
import io.darkroom.router.job.JobOutput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    private static final Duration TIMER_RESOLUTION = Duration.ofMillis(100);

    /**
     * Bounds one punctuation, so that a crowd of due timers does not hold up the events behind it.
     */
    private static final int TIMERS_AT_ONCE = 500;

    private static final int PROTOCOL_VERSION = 1;

    private final JobMachine machine;
    private final Sinks sinks;
    private ProcessorContext<String, byte[]> context;
    private JobStores stores;

    JobProcessor(JobMachine machine, Sinks sinks) {
        this.machine = machine;
        this.sinks = sinks;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        stores = new JobStores(context);
        context.schedule(TIMER_RESOLUTION, PunctuationType.WALL_CLOCK_TIME, this::announceDue);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        JobStores.Loaded before = stores.load(record.key());
        Decision decision;
        List<Outgoing> outgoing;
        JobEvent event;
        try {
            event = JobEvent.parseFrom(record.value());
            decision = machine.decide(before.state(), event, Instant.ofEpochMilli(context.currentStreamTimeMs()));
            outgoing = decision.outputs().stream()
                    .map(output -> outgoing(record.key(), output))
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
    }

    /**
     * A due timer is not acted on here, but sent the way of the workers' reports and met again
     * behind all that was appended before it: so a job does not expire because its outcome waited
     * to be read.
     */
    private void announceDue(long nowMillis) {
        for (String job : stores.takeDue(nowMillis, TIMERS_AT_ONCE)) {
            int slash = job.indexOf('/');
            JobKey key = JobKey.newBuilder()
                    .setTenant(job.substring(0, slash))
                    .setId(job.substring(slash + 1))
                    .build();
            WorkEvent due = WorkEvent.newBuilder()
                    .setProtocolVersion(PROTOCOL_VERSION)
                    .setTimerDue(TimerDue.newBuilder().setJob(key))
                    .build();
            context.forward(new Record<>(job, due.toByteArray(), nowMillis), sinks.workEvents());
        }
    }

    private record Outgoing(String sink, String key, Optional<byte[]> value, Optional<String> traceparent) {}

    private Outgoing outgoing(String job, JobOutput output) {
        return switch (output) {
            case JobOutput.Result(JobResult result) ->
                new Outgoing(sinks.results(), job, Optional.of(BoundedResult.json(result)), result.traceparent());
            case JobOutput.Reply(JobReply reply) -> plain(sinks.replies(), job, Json.write(reply));
            case JobOutput.Status(JobStatus status) -> plain(sinks.jobs(), job, Json.write(status));
            case JobOutput.Forgotten _ -> new Outgoing(sinks.jobs(), job, Optional.empty(), Optional.empty());
            case JobOutput.Want(var item) ->
                plain(
                        sinks.dispatch(),
                        item.getPool(),
                        DispatchEvent.newBuilder().setWanted(item).build().toByteArray());
            case JobOutput.Free(String pool, var attempt) ->
                plain(
                        sinks.dispatch(),
                        pool,
                        DispatchEvent.newBuilder().setFreed(attempt).build().toByteArray());
            case JobOutput.Move(String pool, var attempt, var priority) ->
                plain(
                        sinks.dispatch(),
                        pool,
                        DispatchEvent.newBuilder()
                                .setMoved(WorkMoved.newBuilder()
                                        .setAttempt(attempt)
                                        .setPriority(priority))
                                .build()
                                .toByteArray());
            case JobOutput.StopWork(JobKey key, String reason) ->
                plain(
                        sinks.workerControl(),
                        job,
                        WorkerControl.newBuilder()
                                .setCancel(CancelWork.newBuilder().setJob(key).setReason(reason))
                                .build()
                                .toByteArray());
        };
    }

    private static Outgoing plain(String sink, String key, byte[] value) {
        return new Outgoing(sink, key, Optional.of(value), Optional.empty());
    }

    private void forward(Outgoing outgoing) {
        Record<String, byte[]> record =
                new Record<>(outgoing.key(), outgoing.value().orElse(null), context.currentStreamTimeMs());
        outgoing.traceparent()
                .ifPresent(
                        trace -> record.headers().add(Traceparent.HEADER, trace.getBytes(StandardCharsets.US_ASCII)));
        context.forward(record, outgoing.sink());
    }

    private void bury(Record<String, byte[]> record, Exception cause) {
        LOG.error("an event of job {} was left out and put into the dead letters", record.key(), cause);
        Letters.forward(context, sinks.deadLetters(), record, cause);
    }
}
