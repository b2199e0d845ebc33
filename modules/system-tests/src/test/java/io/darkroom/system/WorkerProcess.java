package io.darkroom.system;

import io.darkroom.artifacts.FileStore;
import io.darkroom.contract.topic.Topics;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.worker.Worker;
import io.darkroom.worker.WorkerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A worker in a process of its own, so that a test can kill it. */
final class WorkerProcess {

    private static final String READY = "ready";

    private WorkerProcess() {}

    /** Starts the process and waits until it takes work. */
    static Process start(SystemBench system, String pool) throws IOException {
        WorkerConfig config = system.workerConfig(pool);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        WorkerProcess.class.getName(),
                        config.bootstrapServers(),
                        config.topics().prefix(),
                        pool,
                        system.files().toString(),
                        config.handoverPrefix().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // Not on the command line: ONNX Runtime 1.29 crashes in a process whose command line is
        // longer than 4 KiB.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(READY)) {
                return process;
            }
        }
        throw new IOException("the worker process ended before it took work");
    }

    public static void main(String[] arguments) throws Exception {
        WorkerConfig config = WorkerConfig.of(
                        arguments[0],
                        new Topics(arguments[1], 2),
                        arguments[2],
                        Models.folders(),
                        URI.create(arguments[4]))
                .withSlots(1)
                .withDevice(new DeviceConfig(new DeviceConfig.Provider.Cpu(), 1, 8));
        Worker worker = Worker.start(config, new FileStore(Path.of(arguments[3])));
        System.out.println(READY);
        worker.awaitClosed();
    }
}
