package io.darkroom.worker;

import io.darkroom.artifacts.FileStore;
import io.darkroom.artifacts.ObjectStore;
import io.darkroom.contract.topic.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A worker in a process of its own, for faults that end a process. */
final class WorkerProcess {

    /** What a process that its own bench halted, or that was killed, ends with. */
    static final int KILLED = 137;

    private static final String READY = "ready";

    private WorkerProcess() {}

    static Process start(PoolBench bench, Fault fault) throws IOException {
        return start(bench, fault, "512m");
    }

    /**
     * Starts the process and waits until it takes work.
     *
     * @param heap as -Xmx has it
     */
    static Process start(PoolBench bench, Fault fault, String heap) throws IOException {
        WorkerConfig config = bench.config();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Ddarkroom.models=" + TestModel.folder().getParent(),
                WorkerProcess.class.getName(),
                config.bootstrapServers(),
                config.topics().prefix(),
                bench.files().toString(),
                fault.name());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
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

    /** Where the process ends by itself. */
    enum Fault {
        NONE,
        /** Once an artifact is in the store, before any event tells of it. */
        AFTER_ARTIFACT
    }

    public static void main(String[] arguments) throws Exception {
        Path files = Path.of(arguments[2]);
        WorkerConfig config = WorkerConfig.of(
                        arguments[0],
                        new Topics(arguments[1], 2),
                        PoolBench.POOL,
                        List.of(TestModel.folder()),
                        URI.create(files.toUri() + "handover/"))
                .withSlots(1)
                .withDevice(TestModel.device());
        Worker worker = Worker.start(config, store(files, Fault.valueOf(arguments[3])));
        System.out.println(READY);
        worker.awaitClosed();
    }

    private static ObjectStore store(Path files, Fault fault) {
        ObjectStore real = new FileStore(files);
        return switch (fault) {
            case NONE -> real;
            case AFTER_ARTIFACT -> new HaltingStore(real);
        };
    }
}
