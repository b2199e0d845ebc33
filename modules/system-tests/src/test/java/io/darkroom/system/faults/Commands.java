package io.darkroom.system.faults;

import io.darkroom.broker.LocalBrokerMain;
import io.darkroom.cli.Darkroom;
import io.darkroom.testkit.S3Server;
import io.darkroom.testkit.S3ServerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How the system's processes are started: as a person would, by the commands of {@code darkroom}. */
final class Commands {

    /** Of the S3 server, which takes no others. */
    static final Map<String, String> KEYS =
            Map.of("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);

    private Commands() {}

    static Child.Command broker(Path data, int port, List<String> settings) {
        List<String> arguments = new ArrayList<>(List.of(data.toString(), Integer.toString(port)));
        arguments.addAll(settings);
        return java(LocalBrokerMain.class, 512, "ready", arguments.toArray(String[]::new));
    }

    static Child.Command store(int port, String bucket) {
        return java(S3ServerMain.class, 384, "ready", Integer.toString(port), bucket);
    }

    static Child.Command darkroom(String ready, int heapMebibytes, String... arguments) {
        return java(Darkroom.class, heapMebibytes, ready, arguments);
    }

    /** The command of another checkout of Darkroom, by its launcher. */
    static Child.Command darkroomOf(Path checkout, String ready, int heapMebibytes, String... arguments) {
        List<String> words = Stream.concat(
                        Stream.of(checkout.resolve("darkroom").toString()), Stream.of(arguments))
                .toList();
        return new Child.Command(
                words,
                with(Map.of(
                        "DARKROOM_NO_BUILD",
                        "1",
                        "DARKROOM_JAVA_OPTS",
                        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx" + heapMebibytes + "m")),
                ready);
    }

    private static Child.Command java(Class<?> main, int heapMebibytes, String ready, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebibytes + "m",
                "-XX:+UseSerialGC",
                // Processes that are killed every few seconds have no use for the second compiler.
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.awt.headless=true",
                "-Ddarkroom.test.kafka.log=" + System.getProperty("darkroom.test.kafka.log", "OFF"),
                main.getName()));
        words.addAll(List.of(arguments));
        // Not on the command line: ONNX Runtime 1.29 crashes in a process whose command line is longer than 4 KiB.
        return new Child.Command(words, with(Map.of("CLASSPATH", System.getProperty("java.class.path"))), ready);
    }

    private static Map<String, String> with(Map<String, String> own) {
        Map<String, String> environment = new HashMap<>(KEYS);
        environment.put("RUST_FLAVOR", "cpu");
        environment.put("OPT_OUT_TRACKING", "true");
        environment.putAll(own);
        return environment;
    }
}
