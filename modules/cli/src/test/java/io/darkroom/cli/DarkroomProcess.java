package io.darkroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own, with what it prints in a file. */
final class DarkroomProcess implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private final Process process;
    private final Path output;

    private DarkroomProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static DarkroomProcess start(Path output, Class<?> main, List<String> jvm, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.awt.headless=true"));
        words.addAll(jvm);
        words.add(main.getName());
        words.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        // Not on the command line: ONNX Runtime crashes in a process whose command line is longer than 4 KiB.
        builder.environment().putAll(Map.of("CLASSPATH", System.getProperty("java.class.path"), "RUST_FLAVOR", "cpu"));
        return new DarkroomProcess(builder.start(), output);
    }

    static DarkroomProcess darkroom(Path output, String... arguments) throws IOException {
        return start(output, Darkroom.class, List.of("-Xmx512m"), arguments);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    /** Waits until it has printed that. */
    DarkroomProcess awaitOutput(String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (!output().contains(text)) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                throw new AssertionError("did not print \"" + text + "\" but: " + output());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return this;
    }

    /** Its exit code. */
    int await(Duration atMost) throws IOException, InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("runs still after " + atMost + "; it has printed: " + output());
        }
        return process.exitValue();
    }

    /** SIGTERM. */
    DarkroomProcess terminate() {
        process.destroy();
        return this;
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
