package io.darkroom.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.launcher.Launcher.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code darkroom} script, on what this build made. */
class LauncherTest {
    private static final int INFRASTRUCTURE = 4;

    @TempDir
    private Path folder;

    @Test
    void startsThroughALinkFromAnotherFolder() throws Exception {
        Launcher.requireBuild();
        Path link = Files.createSymbolicLink(folder.resolve("dk"), Launcher.ofThisCheckout());
        Run run = launcher().by(link).run("--version");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).startsWith("darkroom ");
    }

    @Test
    void saysThatItIsNotBuiltWhenItMayNotBuild() throws Exception {
        Path copy = Files.copy(Launcher.ofThisCheckout(), folder.resolve("darkroom"));
        Run run = launcher().by(copy).run("--version");
        assertThat(run.exitCode()).isEqualTo(INFRASTRUCTURE);
        assertThat(run.output()).contains("Darkroom is not built");
    }

    @Test
    void startsWhereNothingCanBeCached() throws Exception {
        Launcher.requireBuild();
        Path copy = Launcher.installation(folder);
        Files.writeString(folder.resolve("cache"), "");
        Run run = launcher().by(copy).run("--version");
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    /** An installation, as the images have it, is a folder of jars beside the script. */
    @Test
    void startsFromAnInstallationInAFolderWithASpace() throws Exception {
        Launcher.requireBuild();
        Path copy = Launcher.installation(Files.createDirectory(folder.resolve("my programs")));
        Run run = launcher().by(copy).run("--version");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).startsWith("darkroom ");
    }

    private Launcher launcher() {
        return Launcher.in(folder)
                .with("PATH", System.getenv("PATH"))
                .with("HOME", folder)
                .with("XDG_CACHE_HOME", folder.resolve("cache"));
    }
}
