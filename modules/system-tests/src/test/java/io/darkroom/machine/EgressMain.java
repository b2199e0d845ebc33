package io.darkroom.machine;

import io.darkroom.cli.Darkroom;
import io.darkroom.system.Models;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs inside a {@link Namespace}: records what the commands of Darkroom ask and send, or what ONNX Runtime does by itself, and
 * prints it.
 */
final class EgressMain {
    private static final int DNS = 53;
    private static final Duration WITHIN = Duration.ofMinutes(3);

    /** When ONNX Runtime's uploader has tried for the first time, ten seconds after its start, and some more. */
    private static final Duration UPLOADER = Duration.ofSeconds(15);

    private static final Duration ALL_WITHIN = Duration.ofMinutes(10);

    private final Path folder;
    private final Path launcher;

    private EgressMain(Path folder, Path launcher) {
        this.folder = folder;
        this.launcher = launcher;
    }

    /** Arguments: {@code bare} or {@code darkroom}, a folder, the launcher. */
    public static void main(String[] arguments) throws Exception {
        Thread.ofPlatform().daemon().name("watch").start(EgressMain::endInTime);
        var main = new EgressMain(Path.of(arguments[1]), Path.of(arguments[2]));
        try (NameRecorder names = NameRecorder.start(DNS)) {
            if (arguments[0].equals("bare")) {
                main.bare(names);
            } else {
                main.darkroom();
            }
            System.out.println("asked " + names.asked());
            System.out.println(Departures.counted());
        }
        System.exit(0);
    }

    /** A process that never prints what is waited for must not keep a build waiting. */
    private static void endInTime() {
        try {
            Thread.sleep(ALL_WITHIN);
            System.out.println("not over after " + ALL_WITHIN);
        } catch (InterruptedException e) {
            System.out.println("the watch was disturbed");
        }
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().halt(1);
    }

    private void bare(NameRecorder names) throws IOException, InterruptedException {
        Path model = Models.bundled().resolve("tiny-emoji/text_encoder/model.onnx");
        Process process = start("bare", java(BareOnnxRuntime.class, model.toString()));
        long end = System.nanoTime() + WITHIN.toNanos();
        while ((names.asked().isEmpty() || Departures.counted().v4() == 0)
                && process.isAlive()
                && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        process.destroyForcibly().waitFor();
    }

    private void darkroom() throws IOException, InterruptedException {
        Process up = start("up", java(Darkroom.class, "up", "--port", "19092", "--data", at("data")));
        awaitLine(up, "Ctrl-C stops it");
        Process worker = start(
                "worker",
                java(
                        Darkroom.class,
                        "worker",
                        "--bootstrap-server",
                        "127.0.0.1:19092",
                        "--pool",
                        "default",
                        "--store-root",
                        at("data/store"),
                        "--handover-uri",
                        folder.resolve("data/store/handover/").toUri().toString()));
        awaitLine(worker, "worker ready");
        long workerReady = System.nanoTime();
        // by the launcher: what it adds to the environment and to the options of the JVM is part of what people run
        finish(
                "generate",
                List.of(
                        launcher.toString(),
                        "generate",
                        "--model",
                        "tiny-emoji",
                        "--prompt",
                        "a red fox",
                        "--seed",
                        "7",
                        "--num-inference-steps",
                        "2",
                        "--out",
                        at("fox.png")));
        finish("demo", List.of(launcher.toString(), "demo", "--out", at("demo")));
        long left = UPLOADER.toNanos() - (System.nanoTime() - workerReady);
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
        for (Process process : List.of(worker, up)) {
            process.destroy();
            process.waitFor();
        }
    }

    /** The three of the demo's chain: what leaves does not depend on how many are drawn with. */
    private Path models() throws IOException {
        Path few = folder.resolve("models");
        if (!Files.exists(few)) {
            Files.createDirectory(few);
            for (String name : List.of("tiny-emoji", "tiny-comic", "tiny-pixel")) {
                Files.createSymbolicLink(
                        few.resolve(name), Models.bundled().toAbsolutePath().resolve(name));
            }
        }
        return few;
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private Process start(String name, List<String> words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectError(folder.resolve(name + ".err").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("CLASSPATH", System.getProperty("java.class.path"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("DARKROOM_NO_BUILD", "1");
        environment.put("DARKROOM_MODELS", models().toString());
        environment.put("DARKROOM_JAVA_OPTS", "-Xmx512m -XX:+UseSerialGC");
        return builder.start();
    }

    private void finish(String name, List<String> words) throws IOException, InterruptedException {
        Process process = start(name, words);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println(name + " ended with " + process.waitFor());
        if (process.exitValue() != 0) {
            System.out.println(output + Files.readString(folder.resolve(name + ".err")));
        }
    }

    private static void awaitLine(Process process, String start) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        List<String> seen = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.add(line);
            if (line.startsWith(start)) {
                System.out.println(line);
                // nobody waits for the rest, but a full pipe would stop the process
                Thread.ofVirtual().start(() -> drain(output));
                return;
            }
        }
        throw new IOException("ended before it said \"" + start + "\": " + seen);
    }

    private static void drain(BufferedReader output) {
        try {
            output.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // the process has ended
        }
    }

    private static List<String> java(Class<?> main, String... arguments) {
        Stream<String> java = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                main.getName());
        return Stream.concat(java, Stream.of(arguments)).toList();
    }
}
