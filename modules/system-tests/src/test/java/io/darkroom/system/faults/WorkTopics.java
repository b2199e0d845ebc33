package io.darkroom.system.faults;

import io.darkroom.contract.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What still lies in the pools' topics. */
final class WorkTopics {

    /** A record whose holder was killed or frozen comes free with its lock at the latest. */
    private static final Duration PATIENCE = Fleet.RECORD_LOCK.multipliedBy(4);

    private WorkTopics() {}

    /** The pools whose workers have not finished with all of their work in time: there are none, if all is well. */
    static List<String> undrained(String bootstrapServers, Topics topics, List<String> pools)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            List<String> undrained = undrained(admin, bootstrapServers, topics, pools);
            while (!undrained.isEmpty() && System.nanoTime() - end < 0) {
                Thread.sleep(500);
                undrained = undrained(admin, bootstrapServers, topics, pools);
            }
            return undrained;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static List<String> undrained(Admin admin, String bootstrapServers, Topics topics, List<String> pools)
            throws ExecutionException, InterruptedException {
        List<String> undrained = new ArrayList<>();
        for (String pool : pools) {
            var partition = new TopicPartition(topics.work(pool), 0);
            long written = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            String group = topics.shareGroup(pool);
            SharePartitionOffsetInfo offsets = admin.listShareGroupOffsets(
                            Map.of(group, new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo(group)
                    .get()
                    .get(partition);
            long start = offsets.startOffset();
            // What is done behind the start shows in the lag only, until the start moves with a later write (KIP-1226).
            long doneBehindStart = written - start - offsets.lag().orElseThrow();
            long left = records(bootstrapServers, partition, start, written) - doneBehindStart;
            if (left > 0) {
                undrained.add(pool + ": " + left + " records from offset " + start);
            }
        }
        return undrained;
    }

    /** Without the marks of transactions, which a share group does not step over until a record follows. */
    private static long records(String bootstrapServers, TopicPartition partition, long from, long to) {
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "enable.auto.commit", "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            long records = 0;
            while (consumer.position(partition) < to) {
                records += consumer.poll(Duration.ofMillis(200)).count();
            }
            return records;
        }
    }
}
