package io.darkroom.router.streams;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.topic.Topics;
import io.darkroom.planner.Catalogue;
import io.darkroom.router.ingress.Arrival;
import io.darkroom.router.ingress.Door;
import io.darkroom.router.ingress.Passage;
import io.darkroom.router.ingress.Traceparent;
import io.darkroom.router.job.JobNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what comes in before its door, and sends it where the door says. A request whose model is not known waits a moment for
 * the catalogue, which another thread reads ({@link WaitingRequests}).
 */
final class IngressProcessor implements Processor<byte[], byte[], String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(IngressProcessor.class);

    private static final Duration PERIOD = Duration.ofSeconds(10);

    /** What goes to topics must fit them: a record too large for the broker ends the transaction, and the next one too. */
    private static final int MAX_FORWARDED_BYTES = Topics.MAX_RECORD_BYTES - 8 * 1024;

    /** Longer than a record takes from one topic to all who read it; a request without a model is answered as much later. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Function<Catalogue, Door> doorOf;
    private final Sinks sinks;
    private final LongSupplier catalogueVersion;
    private final LetterLog log = new LetterLog(LOG);
    private Door door;
    private RecordInHand hand;
    private WaitingRequests waiting;
    private long seenVersion;
    private ProcessorContext<String, byte[]> context;

    /** @param catalogueVersion another number after each change of the catalogue */
    IngressProcessor(Function<Catalogue, Door> doorOf, Sinks sinks, LongSupplier catalogueVersion) {
        this.doorOf = doorOf;
        this.sinks = sinks;
        this.catalogueVersion = catalogueVersion;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        door = doorOf.apply(new CatalogueStore(context.getStateStore(CatalogueStore.NAME)));
        hand = RecordInHand.in(note());
        waiting = new WaitingRequests(context.getStateStore(WaitingRequests.storeOf(sinks.part())));
        context.schedule(LOOK_AGAIN, PunctuationType.WALL_CLOCK_TIME, this::lookAgain);
        context.schedule(PERIOD, PunctuationType.WALL_CLOCK_TIME, _ -> log.tellRest());
    }

    private Path note() {
        String name = context.applicationId() + "." + sinks.part() + "-"
                + context.taskId().partition();
        return Path.of(context.appConfigs().get(StreamsConfig.STATE_DIR_CONFIG).toString(), "in-hand", name);
    }

    @Override
    public void close() {
        hand.close();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Arrival arrival = arrival(record);
        take(arrival, verdict -> {
            if (door.isForNow(verdict) && !waiting.isFull()) {
                long until = context.currentSystemTimeMs() + PATIENCE.toMillis();
                waiting.add(new WaitingRequests.Waiting(arrival, until));
            } else {
                forward(verdict);
            }
        });
    }

    /** Judges those who wait again when the catalogue has changed, and for the last time when they have waited enough. */
    private void lookAgain(long now) {
        if (waiting.isEmpty()) {
            return;
        }
        boolean changed = seenVersion != catalogueVersion.getAsLong();
        seenVersion = catalogueVersion.getAsLong();
        for (WaitingRequests.Waiting request : waiting.all()) {
            boolean last = now >= request.until();
            if (changed || last) {
                take(request.arrival(), verdict -> {
                    if (last || !door.isForNow(verdict)) {
                        waiting.remove(request);
                        forward(verdict);
                    }
                });
            }
        }
    }

    /** Judges what is taken in hand, and does with the verdict what is to be done. */
    private void take(Arrival arrival, Consumer<List<Passage>> then) {
        boolean mayJudge = hand.take(arrival.origin().offset());
        try {
            then.accept(
                    mayJudge
                            ? pass(arrival)
                            : door.unjudged(
                                    arrival, "was not judged: whoever judged it before came to an end over it"));
        } catch (KafkaException e) {
            hand.put(); // a broker's fault, or another router's: the record comes again, and is judged
            throw e;
        }
        hand.put();
    }

    /**
     * A record that a door cannot judge is a fault of the router, and must not stop the partition. Memory that ran out may have
     * been another's, so an error has a second try.
     */
    private List<Passage> pass(Arrival arrival) {
        try {
            return bounded(arrival, door.pass(arrival));
        } catch (RuntimeException e) {
            return unjudged(arrival, e);
        } catch (Error first) {
            try {
                return bounded(arrival, door.pass(arrival));
            } catch (RuntimeException | Error e) {
                return unjudged(arrival, e);
            }
        }
    }

    private List<Passage> unjudged(Arrival arrival, Throwable cause) {
        // Its message may quote the record.
        LOG.debug("a record of {} could not be judged", arrival.origin(), cause);
        return door.unjudged(arrival, "could not be judged: " + cause.getClass().getName());
    }

    private List<Passage> bounded(Arrival arrival, List<Passage> passages) {
        int most = passages.stream()
                .mapToInt(passage -> switch (passage) {
                    case Passage.ToJob(var event) -> event.getSerializedSize();
                    case Passage.ToTenant(var _, var event) -> event.getSerializedSize();
                    case Passage.ToPool(var _, var event) -> event.getSerializedSize();
                    case Passage.ToDeadLetters _ -> 0; // bounded where it is made
                })
                .max()
                .orElse(0);
        return most <= MAX_FORWARDED_BYTES
                ? passages
                : door.unjudged(arrival, "what comes of it has " + most + " bytes, more than a record may have");
    }

    private void forward(List<Passage> passages) {
        for (Passage passage : passages) {
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
        log.refused(letter.headers().get(DeadLetter.CODE), letter.key());
        Letters.forward(context, sinks.deadLetters(), letter);
    }
}
