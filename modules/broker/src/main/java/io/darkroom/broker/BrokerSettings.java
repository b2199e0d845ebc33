package io.darkroom.broker;

import java.util.LinkedHashMap;
import java.util.Map;

/** The Kafka settings of a single broker that is also its own controller. */
final class BrokerSettings {

    static final String CLIENT_LISTENER = "CLIENTS";
    private static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final int NODE_ID = 1;
    private static final int KIB = 1024;

    private BrokerSettings() {}

    /** Everything but the overrides' own keys is decided here; the overrides win. */
    static Map<String, String> of(BrokerConfig config, int controllerPort) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.putAll(identity(config, controllerPort));
        settings.putAll(oneReplicaOfEverything());
        settings.putAll(shareGroups());
        settings.putAll(smallFootprint());
        settings.putAll(config.overrides());
        return settings;
    }

    private static Map<String, String> identity(BrokerConfig config, int controllerPort) {
        String controller = BrokerConfig.LOOPBACK + ":" + controllerPort;
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", String.valueOf(NODE_ID)),
                Map.entry("controller.quorum.voters", NODE_ID + "@" + controller),
                Map.entry(
                        "listeners",
                        CLIENT_LISTENER
                                + "://"
                                + config.host()
                                + ":"
                                + config.port()
                                + ","
                                + CONTROLLER_LISTENER
                                + "://"
                                + controller),
                Map.entry(
                        "listener.security.protocol.map",
                        CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT"),
                Map.entry("inter.broker.listener.name", CLIENT_LISTENER),
                Map.entry("controller.listener.names", CONTROLLER_LISTENER),
                Map.entry("log.dirs", config.dataDirectory().toAbsolutePath().toString()),
                // A misspelt topic is an error to report, not a topic with the wrong partitions.
                Map.entry("auto.create.topics.enable", "false"),
                // A start is over two heartbeats after the controller leads; and a broker that was
                // killed cannot
                // register again before its old session has ended.
                Map.entry("broker.heartbeat.interval.ms", "500"),
                Map.entry("broker.session.timeout.ms", "6000"));
    }

    private static Map<String, String> oneReplicaOfEverything() {
        return Map.ofEntries(
                Map.entry("default.replication.factor", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "3"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "3"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "3"));
    }

    /**
     * Share groups (KIP-932). A worker holds its record for a whole attempt and does not renew the
     * lock, so the lock must be able to outlast the longest attempt. A slot is one member of its
     * group.
     */
    private static Map<String, String> shareGroups() {
        return Map.ofEntries(
                Map.entry("group.share.max.record.lock.duration.ms", "3600000"),
                Map.entry("group.share.min.record.lock.duration.ms", "1000"),
                Map.entry("group.share.max.size", "1000"),
                Map.entry("group.share.delivery.count.limit", "10"),
                Map.entry("group.share.min.session.timeout.ms", "6000"),
                // A member learns its partitions with a heartbeat: these two bound how long a new
                // slot stands idle.
                Map.entry("group.share.min.heartbeat.interval.ms", "500"),
                Map.entry("group.share.heartbeat.interval.ms", "500"),
                Map.entry("group.share.assignment.interval.ms", "0"),
                Map.entry("group.consumer.assignment.interval.ms", "0"),
                Map.entry("group.initial.rebalance.delay.ms", "0"));
    }

    private static Map<String, String> smallFootprint() {
        return Map.ofEntries(
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("background.threads", "2"),
                Map.entry("num.recovery.threads.per.data.dir", "1"),
                Map.entry("group.coordinator.threads", "1"),
                Map.entry("group.coordinator.background.threads", "1"),
                Map.entry("log.cleaner.dedupe.buffer.size", String.valueOf(4 * KIB * KIB)),
                Map.entry("log.cleaner.io.buffer.size", String.valueOf(128 * KIB)),
                Map.entry("log.index.size.max.bytes", String.valueOf(KIB * KIB)),
                Map.entry("offsets.topic.segment.bytes", String.valueOf(16 * KIB * KIB)),
                Map.entry("transaction.state.log.segment.bytes", String.valueOf(16 * KIB * KIB)),
                Map.entry("share.coordinator.state.topic.segment.bytes", String.valueOf(16 * KIB * KIB)));
    }
}
