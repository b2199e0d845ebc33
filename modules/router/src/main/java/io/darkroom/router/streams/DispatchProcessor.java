package io.darkroom.router.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.DispatchEvent;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.router.dispatch.DispatchDecision;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.dispatch.DispatchOutput;
import io.darkroom.router.dispatch.PoolState;
import io.darkroom.router.job.JobEvents;
import io.darkroom.router.job.JobNames;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores and forwards what {@link DispatchMachine} decides. */
final class DispatchProcessor implements Processor<String, byte[], String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(DispatchProcessor.class);

    private final DispatchMachine machine;
    private final Sinks sinks;
    private ProcessorContext<String, byte[]> context;
    private PoolStores stores;
    private QueueMetrics metrics;

    DispatchProcessor(DispatchMachine machine, Sinks sinks) {
        this.machine = machine;
        this.sinks = sinks;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        stores = new PoolStores(context);
        metrics = new QueueMetrics(context.metrics());
    }

    @Override
    public void close() {
        metrics.close();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        String pool = record.key();
        PoolState before = stores.load(pool);
        DispatchDecision decision;
        try {
            decision = machine.decide(
                    before,
                    stores.backlog(pool),
                    DispatchEvent.parseFrom(record.value()),
                    Instant.ofEpochMilli(context.currentStreamTimeMs()));
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            LOG.error("an event of pool {} was left out and put into the dead letters", pool, e);
            Letters.forward(context, sinks.deadLetters(), record, e);
            return;
        }
        decision.outputs().forEach(output -> stores.apply(pool, output));
        if (!decision.state().equals(before)) {
            stores.save(pool, decision.state());
        }
        metrics.show(pool, decision.state(), Instant.ofEpochMilli(context.currentStreamTimeMs()));
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
