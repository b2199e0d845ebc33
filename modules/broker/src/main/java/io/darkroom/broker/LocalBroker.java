package io.darkroom.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker and controller in this JVM, from Kafka's own jars. It is what a person
 * without a cluster runs Darkroom on, and what the tests run against. Its data directory outlives
 * it: a second start in the same folder finds the topics, records and group offsets of the first,
 * also after the process was killed.
 *
 * <p>Kafka ends the JVM on a fault it cannot recover from (a full disk, a corrupt metadata log); a
 * caller that must survive that runs {@link LocalBrokerMain} in a process of its own.
 */
public final class LocalBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalBroker.class);

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private LocalBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Formats the data directory when it is new, starts the broker, and returns once it accepts
     * clients (about three seconds).
     *
     * @throws BrokerStartException when the folder is not writable or in use, or the port is taken
     */
    public static LocalBroker start(BrokerConfig config) {
        announceEndOfProcess(config);
        int port = config.port() == 0 ? freePort(config.host()) : config.port();
        BrokerConfig bound = config.withPort(port);
        Map<String, String> settings = BrokerSettings.of(bound, freePort(BrokerConfig.LOOPBACK));
        DataDirectory.prepare(
                config.dataDirectory(),
                config.clusterId().orElseGet(() -> Uuid.randomUuid().toString()),
                settings);
        KafkaRaftServer server = startServer(bound, settings);
        return new LocalBroker(server, clientHost(config.host()) + ":" + port);
    }

    /** What clients put into {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Waits until the broker has been closed by another thread. */
    public void awaitClosed() {
        server.awaitShutdown();
    }

    /** Stops orderly: logs are flushed, so that the next start needs no recovery. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    /**
     * Kafka's fault handlers end the process with a code and leave the reason to Kafka's log, which a command line does not show.
     */
    private static void announceEndOfProcess(BrokerConfig config) {
        Exit.setExitProcedure((code, message) -> {
            announce(config, code, message);
            System.exit(code);
        });
        Exit.setHaltProcedure((code, message) -> {
            announce(config, code, message);
            Runtime.getRuntime().halt(code);
        });
    }

    private static void announce(BrokerConfig config, int code, String message) {
        if (code != 0) {
            LOG.error(
                    "the Kafka broker with data in {} met a fault that it cannot go on after, and ends this process"
                            + " with code {}{}",
                    config.dataDirectory(),
                    code,
                    message == null ? "" : ": " + message);
        }
    }

    private static KafkaRaftServer startServer(BrokerConfig config, Map<String, String> settings) {
        var properties = new Properties();
        properties.putAll(settings);
        try {
            var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
            server.startup();
            return server;
        } catch (RuntimeException e) {
            throw new BrokerStartException(
                    "broker on "
                            + config.host()
                            + ":"
                            + config.port()
                            + " with data in "
                            + config.dataDirectory()
                            + " did not start: "
                            + e.getMessage()
                            + ". Choose a port that is free and a folder that no other broker uses",
                    e);
        }
    }

    /**
     * The controller's address is part of the settings before anything listens, so it cannot be
     * left to the kernel.
     */
    private static int freePort(String host) {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BrokerStartException("no free port on " + host + ": " + e.getMessage(), e);
        }
    }

    private static String clientHost(String host) {
        return host.equals("0.0.0.0") ? BrokerConfig.LOOPBACK : host;
    }
}
