package io.darkroom.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code darkroom} script, on what this build made. */
class LauncherTest {
    private static final int INFRASTRUCTURE = 4;
    private static final long LARGE = 8_000_000;

    @TempDir
    private Path folder;

    @Test
    void startsThroughALinkFromAnotherFolder() throws Exception {
        requireBuild();
        Path link = Files.createSymbolicLink(folder.resolve("dk"), launcher());
        Run run = run(link, "--version");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).startsWith("darkroom ");
    }

    @Test
    void saysThatItIsNotBuiltWhenItMayNotBuild() throws Exception {
        Path copy = Files.copy(launcher(), folder.resolve("darkroom"));
        Run run = run(copy, "--version");
        assertThat(run.exitCode()).isEqualTo(INFRASTRUCTURE);
        assertThat(run.output()).contains("Darkroom is not built");
    }

    @Test
    void startsWhereNothingCanBeCached() throws Exception {
        requireBuild();
        Path copy = installation();
        Files.writeString(folder.resolve("cache"), "");
        Run run = run(copy, "--version");
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    /** An installation, as the images have it, is a folder of jars beside the script. */
    @Test
    void startsFromAnInstallation() throws Exception {
        requireBuild();
        Path copy = installation();
        Run run = run(copy, "--version");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).startsWith("darkroom ");
    }

    /** `mvn test` makes no jars; `mvn verify` does. */
    private static void requireBuild() {
        assumeThat(launcher().resolveSibling("modules/cli/target/classpath")).exists();
    }

    private Path installation() throws IOException {
        Path copy = Files.copy(launcher(), folder.resolve("darkroom"));
        Path jars = Files.createDirectory(folder.resolve("lib"));
        Path built = launcher().resolveSibling("modules/cli/target");
        String[] dependencies =
                Files.readString(built.resolve("classpath")).strip().split(":", -1);
        for (Path jar : Stream.concat(ownJar(built), Stream.of(dependencies).map(Path::of))
                .toList()) {
            // The large ones hold native libraries, which the version does not need.
            if (Files.size(jar) < LARGE) {
                Files.copy(jar, jars.resolve(jar.getFileName()));
            }
        }
        return copy;
    }

    private static Stream<Path> ownJar(Path built) throws IOException {
        try (Stream<Path> files = Files.list(built)) {
            return files
                    .filter(file -> file.getFileName().toString().matches("darkroom-cli-.*\\.jar"))
                    .toList()
                    .stream();
        }
    }

    private Run run(Path script, String argument) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of("bash", script.toString(), argument))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("DARKROOM_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private static Path launcher() {
        Path place = Path.of("").toAbsolutePath();
        while (!Files.exists(place.resolve("darkroom"))) {
            place = place.getParent();
        }
        return place.resolve("darkroom");
    }

    private record Run(int exitCode, String output) {}
}
