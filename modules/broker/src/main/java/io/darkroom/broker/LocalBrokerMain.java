package io.darkroom.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A broker in a process of its own: {@code LocalBrokerMain DATA_DIRECTORY PORT [name=value ...]}. Beside Kafka's settings
 * {@code cluster.id} may be named, which brokers of one cluster have in common.
 * It prints one line, {@code ready HOST:PORT}, when it accepts clients, and runs until it is
 * terminated. Fault tests kill it with -9.
 */
public final class LocalBrokerMain {

    private static final String USAGE = "usage: LocalBrokerMain DATA_DIRECTORY PORT [name=value ...]";

    private static final String CLUSTER_ID = "cluster.id";

    private LocalBrokerMain() {}

    public static void main(String[] arguments) {
        if (arguments.length < 2) {
            System.err.println(USAGE);
            System.exit(2);
        }
        Map<String, String> overrides = overrides(arguments);
        Optional<String> clusterId = Optional.ofNullable(overrides.remove(CLUSTER_ID));
        BrokerConfig config = BrokerConfig.in(Path.of(arguments[0]))
                .withPort(Integer.parseInt(arguments[1]))
                .withOverrides(overrides);
        LocalBroker broker = LocalBroker.start(clusterId.map(config::inCluster).orElse(config));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-shutdown"));
        System.out.println("ready " + broker.bootstrapServers());
        broker.awaitClosed();
    }

    private static Map<String, String> overrides(String[] arguments) {
        Map<String, String> overrides = new TreeMap<>();
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(arguments[i] + " is not name=value. " + USAGE);
            }
            overrides.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        return overrides;
    }
}
