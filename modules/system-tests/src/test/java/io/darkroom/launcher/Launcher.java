package io.darkroom.launcher;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts the {@code darkroom} script of this checkout, or a copy, in an environment that holds nothing but what a test says. */
record Launcher(Path script, Path directory, Map<String, String> environment) {
    private static final long LARGE = 8_000_000;

    record Run(int exitCode, String output) {}

    static Path ofThisCheckout() {
        Path place = Path.of("").toAbsolutePath();
        while (!Files.exists(place.resolve("darkroom"))) {
            place = place.getParent();
        }
        return place.resolve("darkroom");
    }

    static Path built() {
        return ofThisCheckout().resolveSibling("modules/cli/target");
    }

    /** `mvn test` makes no jars; `mvn verify` does. */
    static void requireBuild() {
        assumeTrue(Files.exists(built().resolve("classpath")), "`mvn test` makes no jars for the launcher");
    }

    /** With the JDK that runs this test, and no build. */
    static Launcher in(Path directory) {
        return new Launcher(ofThisCheckout(), directory, Map.of())
                .with("DARKROOM_NO_BUILD", "1")
                .with("DARKROOM_JAVA_OPTS", "-Xmx512m")
                .with("JAVA_HOME", System.getProperty("java.home"));
    }

    Launcher with(String variable, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(variable, value);
        return new Launcher(script, directory, more);
    }

    Launcher with(String variable, Path value) {
        return with(variable, value.toString());
    }

    Launcher without(String variable) {
        Map<String, String> fewer = new LinkedHashMap<>(environment);
        fewer.remove(variable);
        return new Launcher(script, directory, fewer);
    }

    Launcher by(Path other) {
        return new Launcher(other, directory, environment);
    }

    /** A folder of jars beside the script, as the images have it. */
    static Path installation(Path folder) throws IOException {
        Path copy = Files.copy(ofThisCheckout(), folder.resolve("darkroom"));
        Path jars = Files.createDirectory(folder.resolve("lib"));
        String[] dependencies =
                Files.readString(built().resolve("classpath")).strip().split(":", -1);
        for (Path jar : Stream.concat(ownJar().stream(), Stream.of(dependencies).map(Path::of))
                .toList()) {
            // The large ones hold native libraries, which the version does not need.
            if (Files.size(jar) < LARGE) {
                Files.copy(jar, jars.resolve(jar.getFileName()));
            }
        }
        return copy;
    }

    private static List<Path> ownJar() throws IOException {
        try (Stream<Path> files = Files.list(built())) {
            return files.filter(file -> file.getFileName().toString().matches("darkroom-cli-.*\\.jar"))
                    .toList();
        }
    }

    Run run(String... arguments) throws IOException, InterruptedException {
        return finish(start(arguments));
    }

    Process start(String... arguments) throws IOException {
        return shell("exec bash \"$0\" \"$@\"", arguments);
    }

    /** A command of bash in which {@code $0} is the script. */
    Process shell(String command, String... arguments) throws IOException {
        List<String> words = Stream.concat(
                        Stream.of("/bin/bash", "-c", command, script.toString()), Stream.of(arguments))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Run finish(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }
}
