package io.darkroom.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a {@link LocalBroker} keeps its data and where it listens.
 *
 * @param dataDirectory the folder of the logs and the metadata; made when absent, and reused when
 *     the broker was formatted there before
 * @param host the interface that clients connect to, loopback unless the operator says otherwise
 * @param port the port that clients connect to, 0..65535; 0 takes a free one
 * @param clusterId as Kafka writes it (22 characters); brokers that shall be one cluster are given the same, and a broker
 *     without one makes its own
 * @param overrides Kafka broker settings that replace the ones chosen here, by Kafka's own names
 */
public record BrokerConfig(
        Path dataDirectory, String host, int port, Optional<String> clusterId, Map<String, String> overrides) {

    /**
     * Loopback only: a broker without authentication is not to be reached from other machines by
     * accident.
     */
    public static final String LOOPBACK = "127.0.0.1";

    public BrokerConfig {
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(host, "host");
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " is outside 0..65535");
        }
        overrides = Map.copyOf(overrides);
    }

    /** A broker on loopback at a free port. */
    public static BrokerConfig in(Path dataDirectory) {
        return new BrokerConfig(dataDirectory, LOOPBACK, 0, Optional.empty(), Map.of());
    }

    public BrokerConfig withPort(int newPort) {
        return new BrokerConfig(dataDirectory, host, newPort, clusterId, overrides);
    }

    public BrokerConfig withHost(String newHost) {
        return new BrokerConfig(dataDirectory, newHost, port, clusterId, overrides);
    }

    public BrokerConfig withOverrides(Map<String, String> newOverrides) {
        return new BrokerConfig(dataDirectory, host, port, clusterId, newOverrides);
    }

    public BrokerConfig inCluster(String newClusterId) {
        return new BrokerConfig(dataDirectory, host, port, Optional.of(newClusterId), overrides);
    }
}
