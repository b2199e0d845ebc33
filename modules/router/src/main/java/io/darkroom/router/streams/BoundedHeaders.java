package io.darkroom.router.streams;

import io.darkroom.router.ingress.Traceparent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Drops the headers of records that have more than anybody needs. One takes two bytes of a record and more than a hundred of
 * memory, and Streams holds records with all of theirs until their turn comes.
 */
public final class BoundedHeaders implements ConsumerInterceptor<byte[], byte[]> {
    static final int MOST = 64;

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> bounded = new HashMap<>();
        boolean changed = false;
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> of = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                boolean fits = record.headers().toArray().length <= MOST;
                changed |= !fits;
                of.add(fits ? record : withTraceOnly(record));
            }
            bounded.put(partition, of);
        }
        return changed ? new ConsumerRecords<>(bounded, records.nextOffsets()) : records;
    }

    private static ConsumerRecord<byte[], byte[]> withTraceOnly(ConsumerRecord<byte[], byte[]> record) {
        RecordHeaders headers = new RecordHeaders();
        Header trace = record.headers().lastHeader(Traceparent.HEADER);
        if (trace != null) {
            headers.add(trace);
        }
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                headers,
                record.leaderEpoch(),
                Optional.empty());
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
}
