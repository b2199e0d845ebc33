package io.darkroom.system.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Clients: submits three-stage jobs so that always as many are under way, every other one fused in one pool, the others
 * across two, and reads every result as a user should.
 */
final class Load implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);

    private final Topics topics;
    private final int underWay;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConcurrentLinkedQueue<String> unsent = new ConcurrentLinkedQueue<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Map<String, List<JobResult>> results = new HashMap<>();
    private final Map<String, Long> finishedNanos = new HashMap<>();
    private final Thread thread = Thread.ofPlatform().name("load").daemon().unstarted(this::run);
    private Optional<RuntimeException> failure = Optional.empty();
    private int submitted;
    private int atMost = Integer.MAX_VALUE;
    private boolean closing;

    Load(String bootstrapServers, Topics topics, int underWay) {
        this.topics = topics;
        this.underWay = underWay;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "enable.auto.commit", "false",
                        "fetch.max.wait.ms", "50"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    void start() {
        List<TopicPartition> partitions = consumer.partitionsFor(topics.results()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.start();
    }

    synchronized int submitted() {
        return submitted;
    }

    synchronized int finished() {
        return results.size();
    }

    /** The jobs that have no result yet. */
    synchronized Set<String> waiting() {
        return Set.copyOf(waiting);
    }

    /** No more jobs than these are submitted in all; gives how many that are, if more were submitted before. */
    synchronized int endAt(int jobs) {
        atMost = Math.max(jobs, submitted);
        return atMost;
    }

    /** Waits until that many jobs have their results, whichever. */
    synchronized boolean awaitFinished(int jobs, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (results.size() < jobs && System.nanoTime() - end < 0) {
            pause();
        }
        return results.size() >= jobs;
    }

    /** Waits until all of these have results; those that had none in time. */
    synchronized Set<String> await(Set<String> jobs, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!results.keySet().containsAll(jobs) && System.nanoTime() - end < 0) {
            pause();
        }
        Set<String> missing = new HashSet<>(jobs);
        missing.removeAll(results.keySet());
        return missing;
    }

    /** When the last of these had its result, as {@link System#nanoTime} has it. */
    synchronized long lastFinishedNanos(Set<String> jobs) {
        return jobs.stream().mapToLong(finishedNanos::get).max().orElseThrow();
    }

    /** Every result that was read, by job. */
    synchronized Map<String, List<JobResult>> results() {
        Map<String, List<JobResult>> copy = new HashMap<>();
        results.forEach((id, list) -> copy.put(id, List.copyOf(list)));
        return copy;
    }

    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closing = true;
        }
        thread.join();
        producer.close(Duration.ofSeconds(5));
        consumer.close();
    }

    private void pause() throws InterruptedException {
        failure.ifPresent(cause -> {
            throw cause;
        });
        TimeUnit.MILLISECONDS.timedWait(this, 500);
    }

    private void run() {
        try {
            while (!isClosing()) {
                submitMore();
                consumer.poll(POLL).forEach(this::note);
            }
        } catch (RuntimeException e) {
            synchronized (this) {
                failure = Optional.of(e);
                notifyAll();
            }
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private void submitMore() {
        for (String id = unsent.poll(); id != null; id = unsent.poll()) {
            send(id);
        }
        for (Optional<String> id = nextId(); id.isPresent(); id = nextId()) {
            send(id.get());
        }
    }

    private synchronized Optional<String> nextId() {
        if (waiting.size() >= underWay || submitted >= atMost) {
            return Optional.empty();
        }
        String id = "job-" + submitted++;
        waiting.add(id);
        return Optional.of(id);
    }

    /** What the brokers did not take is sent again: the id makes one job of both, should they have taken it after all. */
    private void send(String id) {
        boolean fused = Integer.parseInt(id.substring("job-".length())) % 2 == 0;
        String json = chain(id, fused ? "comic" : "other");
        producer.send(new ProducerRecord<>(topics.requests(), id, json.getBytes(UTF_8)), (_, error) -> {
            if (error != null) {
                unsent.add(id);
            }
        });
    }

    private synchronized void note(ConsumerRecord<String, byte[]> record) {
        JobResult result = Json.read(record.value(), JobResult.class);
        results.computeIfAbsent(result.id(), _ -> new ArrayList<>()).add(result);
        finishedNanos.putIfAbsent(result.id(), System.nanoTime());
        waiting.remove(result.id());
        notifyAll();
    }

    /** All have the same seeds, and so the same pictures, whichever way they go. */
    private static String chain(String id, String second) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [
                { "kind": "text2img", "model": "draft", "prompt": "a red heart",
                  "seed": 7, "num_inference_steps": 2, "guidance_scale": 1 },
                { "kind": "img2img", "model": "%s", "prompt": "a blue heart",
                  "seed": 8, "num_inference_steps": 2, "guidance_scale": 1, "strength": 0.6 },
                { "kind": "upscale", "model": "large", "prompt": "a blue heart",
                  "seed": 9, "num_inference_steps": 1, "guidance_scale": 1 } ],
              "output": { "uri": "%s" } }
            """.formatted(id, second, Fleet.OUTPUT);
    }
}
