package io.darkroom.worker;

import io.darkroom.broker.LocalBrokerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/** One or three brokers, each in a process of its own, so that one can be killed. */
final class BrokerProcesses implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    private final Path data;
    private final String clusterId = Uuid.randomUuid().toString();
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> controllerPorts = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    private BrokerProcesses(Path data) {
        this.data = data;
    }

    static BrokerProcesses start(Path data, int count) throws IOException {
        var brokers = new BrokerProcesses(data);
        for (int i = 0; i < count; i++) {
            brokers.ports.add(freePort());
            brokers.controllerPorts.add(freePort());
        }
        for (int id = 1; id <= count; id++) {
            brokers.processes.add(brokers.launch(id));
        }
        for (Process process : brokers.processes) {
            awaitReady(process);
        }
        return brokers;
    }

    String bootstrapServers() {
        return ports.stream().map(port -> LOOPBACK + ":" + port).collect(Collectors.joining(","));
    }

    /** kill -9. */
    void kill(int id) throws InterruptedException {
        processes.get(id - 1).destroyForcibly().waitFor();
    }

    /** Where and with what it had; returns once it accepts clients. */
    void startAgain(int id) throws IOException {
        Process process = launch(id);
        processes.set(id - 1, process);
        awaitReady(process);
    }

    @Override
    public void close() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process launch(int id) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                LocalBrokerMain.class.getName(),
                data.resolve("broker-" + id).toString(),
                Integer.toString(ports.get(id - 1)),
                "cluster.id=" + clusterId,
                "node.id=" + id,
                "controller.quorum.voters=" + voters(),
                "listeners=CLIENTS://" + LOOPBACK + ":" + ports.get(id - 1) + ",CONTROLLER://" + LOOPBACK + ":"
                        + controllerPorts.get(id - 1)));
        if (ports.size() > 1) {
            command.addAll(List.of(
                    "default.replication.factor=3",
                    "min.insync.replicas=2",
                    "offsets.topic.replication.factor=3",
                    "transaction.state.log.replication.factor=3",
                    "transaction.state.log.min.isr=2",
                    "share.coordinator.state.topic.replication.factor=3",
                    "share.coordinator.state.topic.min.isr=2"));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.start();
    }

    private String voters() {
        return IntStream.rangeClosed(1, ports.size())
                .mapToObj(id -> id + "@" + LOOPBACK + ":" + controllerPorts.get(id - 1))
                .collect(Collectors.joining(","));
    }

    private static void awaitReady(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("ready ")) {
                return;
            }
        }
        throw new IOException("a broker ended before it was ready");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }
}
