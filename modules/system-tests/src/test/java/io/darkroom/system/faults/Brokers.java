package io.darkroom.system.faults;

import io.darkroom.testkit.TrapProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * One or three brokers, each a process. Every member of the system has a listener of its own at each of them, which says that
 * it can be reached at the member's proxy: so a member's network can fail without anybody else's.
 */
final class Brokers {

    private static final String LOOPBACK = "127.0.0.1:";

    private final String clusterId = Uuid.randomUuid().toString();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Child> children = new ArrayList<>();

    /** @param listeners by the name of a member: the port, and the port of its proxy */
    private record Node(int id, int port, int controllerPort, Map<String, Listener> listeners) {}

    private record Listener(int port, int proxyPort) {}

    Brokers(int count, Ports ports, Map<String, TrapProxy> members) {
        for (int id = 1; id <= count; id++) {
            Map<String, Listener> listeners = new LinkedHashMap<>();
            members.forEach((name, proxy) -> {
                int port = ports.next();
                listeners.put(name, new Listener(port, proxy.before(port)));
            });
            nodes.add(new Node(id, ports.next(), ports.next(), listeners));
        }
    }

    static int portsOf(int brokers, int members) {
        return brokers * (members + 2);
    }

    void start(Path folder, Path logs) throws InterruptedException {
        for (Node node : nodes) {
            String name = "broker-" + node.id();
            children.add(new Child(name, Commands.broker(folder.resolve(name), node.port(), settings(node)), logs));
        }
        Child.startAll(children);
    }

    List<Child> children() {
        return List.copyOf(children);
    }

    /** For clients that no fault is meant for. */
    String bootstrapServers() {
        return nodes.stream().map(node -> LOOPBACK + node.port()).collect(Collectors.joining(","));
    }

    /** Through the member's proxy. */
    String bootstrapServers(String member) {
        return nodes.stream()
                .map(node -> LOOPBACK + node.listeners().get(member).proxyPort())
                .collect(Collectors.joining(","));
    }

    private List<String> settings(Node node) {
        List<String> settings = new ArrayList<>(List.of(
                "cluster.id=" + clusterId,
                "node.id=" + node.id(),
                "controller.quorum.voters=" + voters(),
                "listeners=" + listeners(node, Listener::port) + ",CONTROLLER://" + LOOPBACK + node.controllerPort(),
                "advertised.listeners=" + listeners(node, Listener::proxyPort),
                "listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT"
                        + node.listeners().keySet().stream()
                                .map(name -> "," + listenerName(name) + ":PLAINTEXT")
                                .collect(Collectors.joining()),
                "num.network.threads=1"));
        if (nodes.size() > 1) {
            settings.addAll(replicated());
        }
        return settings;
    }

    private static List<String> replicated() {
        return List.of(
                "default.replication.factor=3",
                "min.insync.replicas=2",
                "offsets.topic.replication.factor=3",
                "transaction.state.log.replication.factor=3",
                "transaction.state.log.min.isr=2",
                "share.coordinator.state.topic.replication.factor=3",
                "share.coordinator.state.topic.min.isr=2");
    }

    private String voters() {
        return IntStream.range(0, nodes.size())
                .mapToObj(i -> nodes.get(i).id() + "@" + LOOPBACK + nodes.get(i).controllerPort())
                .collect(Collectors.joining(","));
    }

    private static String listeners(Node node, ToIntFunction<Listener> port) {
        return "CLIENTS://" + LOOPBACK + node.port()
                + node.listeners().entrySet().stream()
                        .map(entry -> "," + listenerName(entry.getKey()) + "://" + LOOPBACK
                                + port.applyAsInt(entry.getValue()))
                        .collect(Collectors.joining());
    }

    private static String listenerName(String member) {
        return member.replace("-", "").toUpperCase(Locale.ROOT);
    }
}
