package io.darkroom.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.launcher.Launcher.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code darkroom} script where the environment is not a developer's: cron, services, full or foreign file systems. */
class ForeignMachineTest {
    private static final int USAGE = 2;
    private static final int INFRASTRUCTURE = 4;
    private static final Duration WITHIN = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @BeforeEach
    void requireBuild() {
        Launcher.requireBuild();
    }

    /** Of cron: not even HOME and PATH. */
    @Test
    void readsAndWritesUtf8InAnEmptyEnvironment() throws Exception {
        Run run = Launcher.in(folder)
                .run(
                        "generate",
                        "--print-job",
                        "--model",
                        "tiny-emoji",
                        "--prompt",
                        "ein Käse, 日本, 🦊",
                        "--out",
                        "ü.png");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("\"ein Käse, 日本, 🦊\"");
    }

    @Test
    void refusesAnArgumentThatIsNotUtf8() throws Exception {
        Process process = Launcher.in(folder)
                .with("LC_ALL", "C")
                .shell("exec bash \"$0\" generate --print-job --model tiny-emoji --out x.png --prompt $'caf\\351'");
        Run run = Launcher.finish(process);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(USAGE);
        assertThat(run.output()).contains("argument 8, \"caf?\", is not valid UTF-8");
    }

    @Test
    void saysWhichVariableToSetWhereNothingCanBeWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Run run = Launcher.in(folder).with("HOME", file).with("TMPDIR", file).run("--version");
        assertThat(run.exitCode()).isEqualTo(INFRASTRUCTURE);
        assertThat(run.output().lines()).singleElement().asString().contains(file + "/.cache", "set TMPDIR");
    }

    @Test
    void nothingIsLeftOfAKilledProcessAfterTheNextStart() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home of ada"));
        Path temporary = Files.createDirectory(folder.resolve("temporary files"));
        Launcher launcher = Launcher.in(home).with("HOME", home).with("TMPDIR", temporary);
        Process generate =
                launcher.start("generate", "--model", "tiny-emoji", "--prompt", "a red fox", "--out", "fox.png");
        try {
            awaitNativeLibrary(temporary, generate);
            assertThat(launcher.run("--version").exitCode()).isZero();
            assertThat(files(temporary))
                    .as("those of a live process stay")
                    .anyMatch(ForeignMachineTest::isNativeLibrary);
        } finally {
            generate.destroyForcibly().waitFor();
        }
        assertThat(files(temporary)).as("a killed process leaves something").isNotEmpty();
        assertThat(launcher.run("--version").exitCode()).isZero();
        assertThat(files(temporary)).isEmpty();
        assertThat(files(home)).isEmpty();
    }

    private static void awaitNativeLibrary(Path temporary, Process process) throws Exception {
        long end = System.nanoTime() + WITHIN.toNanos();
        while (files(temporary).stream().noneMatch(ForeignMachineTest::isNativeLibrary)) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("unpacks its libraries below TMPDIR")
                    .isTrue();
            Thread.sleep(20);
        }
    }

    private static boolean isNativeLibrary(Path path) {
        return path.toString().contains("librocksdbjni");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.find(folder, 4, (path, attributes) -> !path.equals(folder))) {
            return files.toList();
        } catch (UncheckedIOException e) {
            // deleted while it was looked at
            return files(folder);
        }
    }
}
