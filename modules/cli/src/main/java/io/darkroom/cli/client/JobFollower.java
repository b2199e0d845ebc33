package io.darkroom.cli.client;

import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.status.JobProgress;
import io.darkroom.contract.status.JobStatus;
import io.darkroom.contract.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/**
 * Hears what the system says of one job. All its records have the job's key, so one partition of
 * each topic is read. Not for use from several threads.
 */
public final class JobFollower implements AutoCloseable {
    private final Topics topics;
    private final String key;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<TopicPartition, Long> ends;

    private JobFollower(Cluster cluster, String tenant, String id) {
        this.topics = cluster.topics();
        this.key = tenant + "/" + id;
        this.consumer = cluster.consumer();
        List<TopicPartition> partitions = List.of(
                partition(topics.results()),
                partition(topics.replies()),
                partition(topics.jobs()),
                partition(topics.progress()));
        consumer.assign(partitions);
        this.ends = consumer.endOffsets(partitions);
    }

    /** Hears what is said from now on. */
    public static JobFollower fromNow(Cluster cluster, String tenant, String id) {
        var follower = new JobFollower(cluster, tenant, id);
        // At offsets, because a seek to the end happens only with the next poll.
        follower.ends.forEach(follower.consumer::seek);
        return follower;
    }

    /** Hears what was said before, too, as far as the topics keep it. */
    public static JobFollower fromStart(Cluster cluster, String tenant, String id) {
        var follower = new JobFollower(cluster, tenant, id);
        follower.consumer.seekToBeginning(follower.ends.keySet());
        return follower;
    }

    /** News of the job, oldest first for each topic; waits up to {@code patience} for some. */
    public List<JobNews> poll(Duration patience) {
        List<JobNews> news = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(patience)) {
            if (key.equals(record.key()) && record.value() != null) {
                read(record).ifPresent(news::add);
            }
        }
        return news;
    }

    /** Whether all has been read that the topics held when this follower was made. */
    public boolean caughtUp() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Optional<JobNews> read(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(topics.results())) {
            return Optional.of(new JobNews.Result(Json.read(record.value(), JobResult.class)));
        }
        if (record.topic().equals(topics.replies())) {
            return Optional.of(new JobNews.Reply(Json.read(record.value(), JobReply.class)));
        }
        if (record.topic().equals(topics.jobs())) {
            return Optional.of(new JobNews.Status(Json.read(record.value(), JobStatus.class)));
        }
        return Optional.of(new JobNews.Progress(Json.read(record.value(), JobProgress.class)));
    }

    /** As every producer of these topics chooses it (Kafka's default partitioner). */
    private TopicPartition partition(String topic) {
        int count = consumer.partitionsFor(topic).size();
        int hash = Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8)));
        return new TopicPartition(topic, hash % count);
    }
}
