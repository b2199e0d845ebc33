package io.darkroom.router.streams;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.request.Envelope;
import io.darkroom.router.ingress.Arrival;
import io.darkroom.router.ingress.Refusals;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Dead letters as records. */
final class Letters {
    private Letters() {}

    static void forward(ProcessorContext<String, byte[]> context, String sink, DeadLetter letter) {
        Record<String, byte[]> record = new Record<>(letter.key(), letter.value(), context.currentSystemTimeMs());
        letter.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        context.forward(record, sink);
    }

    /** Where the record stands that is being processed. */
    static DeadLetter.Origin origin(ProcessorContext<?, ?> context, Record<?, ?> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        return new DeadLetter.Origin(metadata.topic(), metadata.partition(), metadata.offset(), record.timestamp());
    }

    /** An event inside the router that it cannot decide on: a fault of its own. */
    static void forward(
            ProcessorContext<String, byte[]> context, String sink, Record<String, byte[]> record, Exception cause) {
        Arrival arrival = new Arrival(Optional.ofNullable(record.value()), origin(context, record), Optional.empty());
        forward(
                context,
                sink,
                Refusals.letter(
                        arrival, Envelope.NOBODY, ErrorCode.INTERNAL, List.of(new Fault("", cause.toString()))));
    }
}
