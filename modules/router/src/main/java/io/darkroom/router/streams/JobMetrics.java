package io.darkroom.router.streams;

import io.darkroom.router.job.JobOutput;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsMetrics;

/**
 * What a task decided about jobs, as counters of Kafka's own metrics beside those of Streams: by JMX, {@code
 * kafka.streams:type=darkroom-jobs,task=...}. What an aborted transaction decided is counted too.
 */
final class JobMetrics {
    private static final String GROUP = "darkroom-jobs";

    private final StreamsMetrics metrics;
    private final Map<String, String> tags;
    private final Map<String, Sensor> sensors = new HashMap<>();

    JobMetrics(StreamsMetrics metrics, String task) {
        this.metrics = metrics;
        this.tags = Map.of("task", task);
    }

    void count(JobOutput output) {
        switch (output) {
            case JobOutput.Result(var result) ->
                count("results-" + result.status().name().toLowerCase(Locale.ROOT));
            case JobOutput.GivenUp _ -> count("dead-letters");
            case JobOutput.Want(var item) -> count(item.getAttempt() == 1 ? "first-attempts" : "retries");
            case JobOutput.ForgedEvent _ -> count("forged-events");
            case JobOutput.Keep _ -> count("kept");
            case JobOutput.Lost _ -> count("kept-lost");
            case JobOutput.Reply _,
                    JobOutput.Status _,
                    JobOutput.Forgotten _,
                    JobOutput.Free _,
                    JobOutput.Move _,
                    JobOutput.StopWork _ -> {}
        }
    }

    void close() {
        sensors.values().forEach(metrics::removeSensor);
    }

    private void count(String name) {
        sensors.computeIfAbsent(name, _ -> RouterSensors.counter(metrics, GROUP, name, tags))
                .record(1);
    }
}
