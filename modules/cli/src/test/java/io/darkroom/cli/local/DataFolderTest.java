package io.darkroom.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void aFolderBelongsToOneUntilThatOneGivesItBack() throws Exception {
        Path data = folder.resolve("data");
        try (DataFolder _ = DataFolder.claim(data, "darkroom up", "--data")) {
            assertThatThrownBy(() -> DataFolder.claim(data, "darkroom broker", "--data"))
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.INFRASTRUCTURE))
                    .hasMessageContainingAll(
                            "--data",
                            data.toString(),
                            "darkroom up",
                            "process " + ProcessHandle.current().pid());
        }
        DataFolder.claim(data, "darkroom broker", "--data").close();
    }

    @Test
    void aFileInTheFoldersPlaceIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "not a folder");
        assertThatThrownBy(() -> DataFolder.claim(file, "darkroom up", "--data"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("--data", file.toString(), "not a folder");
    }

    @Test
    void stateIsKeptWhereTheUsersProgramsKeepIt() {
        assertThat(StateFolder.of(Map.of("HOME", "/u/ada"))).isEqualTo(Path.of("/u/ada/.local/state/darkroom"));
        assertThat(StateFolder.of(Map.of("HOME", "/u/ada", "XDG_STATE_HOME", "/var/state")))
                .isEqualTo(Path.of("/var/state/darkroom"));
        assertThat(StateFolder.of(Map.of("HOME", "/u/ada", "XDG_STATE_HOME", "relative")))
                .isEqualTo(Path.of("/u/ada/.local/state/darkroom"));
        assertThatThrownBy(() -> StateFolder.of(Map.of()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("HOME", "--state-dir");
    }
}
