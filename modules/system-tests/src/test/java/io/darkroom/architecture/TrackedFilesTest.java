package io.darkroom.architecture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackedFilesTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Set<String> TEXTS =
            Set.of("java", "md", "py", "sh", "xml", "json", "yaml", "yml", "proto", "properties", "Dockerfile");

    @Test
    void nothingIsTrackedThatARunLeftBehindOrThatBelongsToOneMachine() throws Exception {
        assumeThat(Files.exists(ROOT.resolve(".git")))
                .as("this is a git checkout; elsewhere nothing is tracked")
                .isTrue();
        List<String> faults = new ArrayList<>();
        for (String path : tracked()) {
            Path file = ROOT.resolve(path);
            if (!Files.isRegularFile(file)) {
                continue;
            }
            TrackedFiles.faultOf(path, Files.size(file)).ifPresent(faults::add);
            if (TEXTS.contains(path.substring(path.lastIndexOf('.') + 1)) || !path.contains(".")) {
                TrackedFiles.faultOfText(path, new String(Files.readAllBytes(file), ISO_8859_1))
                        .ifPresent(faults::add);
            }
        }
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "darkroom-router/darkroom.router/0_0/rocksdb/jobs/000012.sst",
                "darkroom-router/router-instance-id",
                "darkroom-data/broker/meta.properties",
                "modules/router/target/classes/A.class",
                "modules/cli/hs_err_pid4711.log",
                "core.4711",
                "profile.jfr",
                "modules/contract/.jqwik-database"
            })
    void whatARunLeavesIsFound(String path) {
        assertThat(TrackedFiles.faultOf(path, 1)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "modules/router/src/main/java/io/darkroom/router/Router.java",
                "modules/models/bundled/tiny-emoji/unet/model.onnx",
                "docs/pictures/demo.png",
                "modules/diffusion/src/main/java/io/darkroom/diffusion/core.md"
            })
    void whatBelongsThereIsNot(String path) {
        assertThat(TrackedFiles.faultOf(path, 1)).isEmpty();
    }

    @Test
    void largeFilesAndFoldersOfOneMachineAreFound() {
        assertThat(TrackedFiles.faultOf("modules/models/large.onnx", 61L << 20)).isPresent();
        assertThat(TrackedFiles.faultOfText("a.py", "open('/" + "home/ada')")).isEmpty();
        assertThat(TrackedFiles.faultOfText("a.py", "open('/" + "home/ada/models/fox')"))
                .isPresent();
        assertThat(TrackedFiles.faultOfText("a.md", "$HOME/models/fox, https://example.org/home/a/b"))
                .isEmpty();
    }

    private static List<String> tracked() throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "ls-files", "-z")
                .directory(ROOT.toFile())
                .start();
        String names = new String(git.getInputStream().readAllBytes(), UTF_8);
        assertThat(git.waitFor()).isZero();
        return List.of(names.split("\0"));
    }
}
