package io.darkroom.router.streams;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.request.Envelope;
import io.darkroom.planner.Catalogue;
import io.darkroom.router.ingress.Arrival;
import io.darkroom.router.ingress.Door;
import io.darkroom.router.ingress.Passage;
import io.darkroom.router.ingress.Refusals;
import io.darkroom.router.ingress.Traceparent;
import io.darkroom.router.job.JobNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what comes in before its door, and sends it where the door says. Keeps no state. */
final class IngressProcessor implements Processor<byte[], byte[], String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(IngressProcessor.class);

    private final Function<Catalogue, Door> doorOf;
    private final Sinks sinks;
    private Door door;
    private ProcessorContext<String, byte[]> context;

    IngressProcessor(Function<Catalogue, Door> doorOf, Sinks sinks) {
        this.doorOf = doorOf;
        this.sinks = sinks;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        door = doorOf.apply(new CatalogueStore(context.getStateStore(CatalogueStore.NAME)));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        for (Passage passage : pass(arrival(record))) {
            switch (passage) {
                case Passage.ToJob(var event) ->
                    send(sinks.jobEvents(), JobNames.of(event.getTenant(), event.getId()), event.toByteArray());
                case Passage.ToTenant(var tenant, var event) ->
                    send(sinks.tenants(), Keys.tenant(tenant), event.toByteArray());
                case Passage.ToPool(var pool, var event) -> send(sinks.dispatch(), pool, event.toByteArray());
                case Passage.ToDeadLetters(var letter) -> send(letter);
            }
        }
    }

    /** A record that a door cannot judge is a fault of the router, and must not stop the partition. */
    private List<Passage> pass(Arrival arrival) {
        try {
            return door.pass(arrival);
        } catch (RuntimeException e) {
            LOG.error("a record of {} could not be judged", arrival.origin(), e);
            return List.of(new Passage.ToDeadLetters(Refusals.letter(
                    arrival,
                    Envelope.NOBODY,
                    ErrorCode.INTERNAL,
                    List.of(new Fault("", "could not be judged: " + e)))));
        }
    }

    private Arrival arrival(Record<byte[], byte[]> record) {
        return new Arrival(
                Optional.ofNullable(record.value()), Letters.origin(context, record), traceparent(record.headers()));
    }

    private static Optional<String> traceparent(Headers headers) {
        Header header = headers.lastHeader(Traceparent.HEADER);
        return header == null || header.value() == null
                ? Optional.empty()
                : Traceparent.of(new String(header.value(), StandardCharsets.US_ASCII));
    }

    /** A record of its own: a client's headers and time stay outside. */
    private void send(String sink, String key, byte[] value) {
        context.forward(new Record<>(key, value, context.currentSystemTimeMs()), sink);
    }

    private void send(DeadLetter letter) {
        LOG.info("dead letter {}: {}", letter.key(), letter.headers().get(DeadLetter.CODE));
        Letters.forward(context, sinks.deadLetters(), letter);
    }
}
