package io.darkroom.contract.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every topic of the system with its partitions, retention and cleanup policy: the one place that
 * says so.
 *
 * @param prefix what every name starts with, {@code darkroom} unless several systems share a
 *     cluster
 * @param partitions partitions of the topics that are keyed by job
 */
public record Topics(String prefix, int partitions) {
    /** Records larger than this are refused by the brokers, and so by the producer. */
    public static final int MAX_RECORD_BYTES = 1 << 20;

    /** The config by which a topic's records are compressed, or are not. */
    public static final String COMPRESSION = "compression.type";

    /** Its value for topics that others write. */
    public static final String UNCOMPRESSED = "uncompressed";

    /** One partition keeps the order for readers that must see every record. */
    private static final int SINGLE = 1;

    public static Topics standard() {
        return new Topics("darkroom", 4);
    }

    /** Jobs from clients (JSON, {@code JobRequest}). */
    public String requests() {
        return prefix + ".requests";
    }

    /** Jobs that must not stand behind a bulk backlog. */
    public String interactiveRequests() {
        return prefix + ".requests.interactive";
    }

    /** Cancellations (JSON, {@code JobControl}). */
    public String control() {
        return prefix + ".control";
    }

    /** One record for each run of a job (JSON, {@code JobResult}). */
    public String results() {
        return prefix + ".results";
    }

    /** Answers to repeats and to control records (JSON, {@code JobReply}). */
    public String replies() {
        return prefix + ".replies";
    }

    /** Status of each job (JSON, {@code JobStatus}), compacted. */
    public String jobs() {
        return prefix + ".jobs";
    }

    /** Steps done (JSON, {@code JobProgress}), best effort. */
    public String progress() {
        return prefix + ".progress";
    }

    /** What was given up on ({@code DeadLetter}), with the reason and origin in headers; an empty one is discarded. */
    public String deadLetters() {
        return prefix + ".dead-letters";
    }

    /** The model catalogue (JSON, {@code ModelEntry}), compacted. */
    public String models() {
        return prefix + ".models";
    }

    /** What workers report (Protobuf, {@code WorkEvent}). */
    public String workEvents() {
        return prefix + ".work-events";
    }

    /** That workers live, and what they can take (Protobuf, {@code WorkEvent}); each counts for seconds. */
    public String heartbeats() {
        return prefix + ".heartbeats";
    }

    /** What every worker must know (Protobuf, {@code WorkerControl}). */
    public String workerControl() {
        return prefix + ".worker-control";
    }

    /** Work for a pool (Protobuf, {@code WorkItem}), read by its share group. */
    public String work(String pool) {
        return prefix + ".work." + pool;
    }

    /** The share group of a pool's workers. */
    public String shareGroup(String pool) {
        return prefix + ".pool." + pool;
    }

    /** Between the router's parts: what happened to a job, keyed by tenant and id. */
    public String jobEvents() {
        return prefix + ".router.job-events";
    }

    /** Between the router's parts: work wanted and freed, keyed by pool. */
    public String dispatch() {
        return prefix + ".router.dispatch";
    }

    /** Between the router's parts: what stages kept, keyed by tenant and content, compacted. */
    public String kept() {
        return prefix + ".router.kept";
    }

    /** Every topic but the pools' own. */
    public List<TopicSpec> system() {
        List<TopicSpec> topics = new ArrayList<>();
        topics.add(unpacked(kept(requests(), partitions, Duration.ofDays(7), "jobs from clients")));
        topics.add(unpacked(
                kept(interactiveRequests(), partitions, Duration.ofDays(7), "jobs that must not wait behind bulk")));
        topics.add(unpacked(kept(control(), partitions, Duration.ofDays(7), "cancellations")));
        topics.add(kept(results(), partitions, Duration.ofDays(7), "one result for each job"));
        topics.add(kept(replies(), partitions, Duration.ofDays(1), "answers to repeats and control records"));
        topics.add(kept(progress(), partitions, Duration.ofHours(1), "steps done"));
        topics.add(discardable(kept(deadLetters(), SINGLE, Duration.ofDays(30), "what was given up on")));
        topics.add(compacted(jobs(), partitions, "status of each job"));
        topics.add(unpacked(compacted(models(), SINGLE, "model catalogue")));
        topics.add(unpacked(appendTime(kept(workEvents(), partitions, Duration.ofDays(1), "what workers report"))));
        topics.add(unpacked(kept(heartbeats(), SINGLE, Duration.ofHours(1), "that workers live")));
        topics.add(unpacked(kept(workerControl(), SINGLE, Duration.ofDays(1), "cancellations for workers")));
        topics.add(appendTime(kept(jobEvents(), partitions, Duration.ofDays(1), "inside the router, by job")));
        topics.add(appendTime(kept(dispatch(), partitions, Duration.ofDays(1), "inside the router, by pool")));
        topics.add(discardable(kept(kept(), SINGLE, Duration.ofDays(7), "inside the router, what stages kept")));
        return List.copyOf(topics);
    }

    /**
     * The topic of one pool. One partition serves any number of workers, because a share group is
     * not tied to partitions.
     */
    public TopicSpec pool(String pool) {
        return kept(work(pool), SINGLE, Duration.ofDays(7), "work for the pool " + pool);
    }

    /** Settings of a pool's share group, to be in force before its first member joins. */
    public static Map<String, String> shareGroupConfigs(Duration recordLock) {
        return Map.of(
                "share.auto.offset.reset", "earliest",
                "share.isolation.level", "read_committed",
                "share.record.lock.duration.ms", Long.toString(recordLock.toMillis()));
    }

    private static TopicSpec kept(String name, int partitions, Duration retention, String purpose) {
        return new TopicSpec(
                name,
                partitions,
                Map.of(
                        "cleanup.policy", "delete",
                        "retention.ms", Long.toString(retention.toMillis()),
                        "max.message.bytes", Integer.toString(MAX_RECORD_BYTES)),
                purpose);
    }

    private static TopicSpec compacted(String name, int partitions, String purpose) {
        return new TopicSpec(
                name,
                partitions,
                Map.of("cleanup.policy", "compact", "max.message.bytes", Integer.toString(MAX_RECORD_BYTES)),
                purpose);
    }

    /**
     * Kept without compression, so that {@code max.message.bytes} counts what a record is and not what it was packed into: 800
     * MiB of spaces are 37 KB of zstd, and whoever reads them has them in memory. Producers may compress; the brokers unpack.
     */
    private static TopicSpec unpacked(TopicSpec topic) {
        Map<String, String> configs = new TreeMap<>(topic.configs());
        configs.put(COMPRESSION, UNCOMPRESSED);
        return new TopicSpec(topic.name(), topic.partitions(), Map.copyOf(configs), topic.purpose());
    }

    /** A record is discarded by an empty one of its key. */
    private static TopicSpec discardable(TopicSpec topic) {
        Map<String, String> configs = new TreeMap<>(topic.configs());
        configs.put("cleanup.policy", "compact,delete");
        return new TopicSpec(topic.name(), topic.partitions(), Map.copyOf(configs), topic.purpose());
    }

    /**
     * Deadlines compare the broker's clock with itself, so records inside the system carry its
     * time.
     */
    private static TopicSpec appendTime(TopicSpec topic) {
        Map<String, String> configs = new TreeMap<>(topic.configs());
        configs.put("message.timestamp.type", "LogAppendTime");
        return new TopicSpec(topic.name(), topic.partitions(), Map.copyOf(configs), topic.purpose());
    }
}
