package io.darkroom.router.streams;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.MeasurableStat;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.common.metrics.stats.Value;
import org.apache.kafka.streams.StreamsMetrics;

/** Sensors of the router's own, each with one metric. */
final class RouterSensors {
    private RouterSensors() {}

    /** Shows what was recorded last. */
    static Sensor gauge(StreamsMetrics metrics, String group, String name, Map<String, String> tags) {
        return sensor(metrics, group, name, tags, new Value());
    }

    /** Shows the sum of all that was recorded since the router was started. */
    static Sensor counter(StreamsMetrics metrics, String group, String name, Map<String, String> tags) {
        return sensor(metrics, group, name, tags, new CumulativeSum());
    }

    private static Sensor sensor(
            StreamsMetrics metrics, String group, String name, Map<String, String> tags, MeasurableStat stat) {
        // Tasks of one thread share what they count; the sensor's name has to tell metrics apart.
        Sensor sensor = metrics.addSensor(group + "." + name + new TreeMap<>(tags), Sensor.RecordingLevel.INFO);
        sensor.add(new MetricName(name, group, "", tags), stat);
        return sensor;
    }
}
