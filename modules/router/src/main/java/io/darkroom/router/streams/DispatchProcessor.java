package io.darkroom.router.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.PoolReviewed;
import io.darkroom.contract.wire.router.WorkerLease;
import io.darkroom.router.dispatch.DispatchDecision;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.DispatchOutput;
import io.darkroom.router.dispatch.WorkerLiveness.Key;
import io.darkroom.router.job.JobEvents;
import io.darkroom.router.job.JobNames;
import io.darkroom.router.presence.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores and forwards what {@link DispatchMachine} decides, on events and when workers come, change or go. */
final class DispatchProcessor implements Processor<String, byte[], String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(DispatchProcessor.class);
    private final LetterLog log = new LetterLog(LOG);

    /** Part of how long it takes until a worker that is gone is shown as gone, and until a gauge is true again. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final DispatchLimits limits;
    private final DispatchMachine machine;
    private final Presence presence;
    private final int partitions;
    private final Sinks sinks;
    private ProcessorContext<String, byte[]> context;
    private TaskPools pools;
    private TaskWorkers workers;
    private QueueMetrics metrics;

    /**
     * @param partitions of the topic that is read
     */
    DispatchProcessor(DispatchLimits limits, Presence presence, int partitions, Sinks sinks) {
        this.limits = limits;
        this.machine = new DispatchMachine(limits);
        this.presence = presence;
        this.partitions = partitions;
        this.sinks = sinks;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
        pools = new TaskPools(machine, new PoolStores(context), now);
        workers = new TaskWorkers(limits.lease(), presence, context.taskId().partition(), partitions);
        pools.states()
                .forEach((pool, state) -> state.leases()
                        .forEach((worker, lease) -> workers.heard(new Key(pool, worker), lease.interval(), now)));
        metrics = new QueueMetrics(context.metrics(), limits);
        metrics.show(pools.states(), workers.liveness(), now);
        context.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, this::look);
    }

    @Override
    public void close() {
        metrics.close();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        pools.migrate();
        String pool = record.key();
        DispatchDecision decision;
        try {
            DispatchEvent event = DispatchEvent.parseFrom(record.value());
            decision = pools.decide(pool, event, Instant.ofEpochMilli(context.currentStreamTimeMs()));
            if (event.hasLease() && event.getLease().getSlots() > 0) {
                workers.heard(
                        new Key(pool, event.getLease().getWorkerIncarnation()),
                        Duration.ofMillis(event.getLease().getIntervalMillis()),
                        Instant.ofEpochMilli(context.currentSystemTimeMs()));
            }
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            log.leftOut("an event of pool " + pool, e);
            Letters.forward(context, sinks.deadLetters(), record, e);
            return;
        }
        apply(pool, decision);
    }

    /** By the router's own clock; a heartbeat takes no part in the order of events. */
    private void look(long nowMillis) {
        pools.migrate();
        Instant now = Instant.ofEpochMilli(Math.max(nowMillis, context.currentStreamTimeMs()));
        workers.news(now, pools.states()).forEach((worker, lease) -> decide(worker.pool(), lease(lease), now));
        List.copyOf(pools.states().entrySet()).stream()
                .filter(pool -> pool.getValue().mayBeHeldBack())
                .map(Map.Entry::getKey)
                .forEach(pool -> decide(
                        pool,
                        DispatchEvent.newBuilder()
                                .setReviewed(PoolReviewed.getDefaultInstance())
                                .build(),
                        now));
        metrics.show(pools.states(), workers.liveness(), Instant.ofEpochMilli(nowMillis));
    }

    private static DispatchEvent lease(WorkerLease lease) {
        return DispatchEvent.newBuilder().setLease(lease).build();
    }

    private void decide(String pool, DispatchEvent event, Instant now) {
        apply(pool, pools.decide(pool, event, now));
    }

    private void apply(String pool, DispatchDecision decision) {
        pools.apply(pool, decision);
        for (DispatchOutput output : decision.outputs()) {
            switch (output) {
                case DispatchOutput.Release(WorkItem item) -> release(pool, item);
                case DispatchOutput.TurnedAway(WorkItem item, String reason) ->
                    tellJob(JobEvents.turnedAway(item, reason));
                case DispatchOutput.Enqueued _, DispatchOutput.Dequeued _, DispatchOutput.Landed _ -> {}
            }
        }
    }

    private void release(String pool, WorkItem item) {
        context.forward(new Record<>(pool, item.toByteArray(), context.currentStreamTimeMs()), sinks.work());
        tellJob(JobEvents.released(item));
    }

    private void tellJob(JobEvent event) {
        String key = JobNames.of(event.getTenant(), event.getId());
        context.forward(new Record<>(key, event.toByteArray(), context.currentStreamTimeMs()), sinks.jobEvents());
    }
}
