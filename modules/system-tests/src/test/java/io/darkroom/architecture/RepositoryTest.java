package io.darkroom.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The folders of the repository are as its readers expect them. */
class RepositoryTest {

    static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(repository().resolve("modules"))) {
            return folders.filter(Files::isDirectory)
                    .filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyModuleSaysWhatItIsFor(Path module) {
        assertThat(module.resolve("README.md")).isNotEmptyFile();
    }

    @Test
    void everyJavaModuleHasItsRules() throws IOException {
        List<String> javaModules = modules().stream()
                .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
                .map(module -> module.getFileName().toString())
                .toList();
        assertThat(Boundaries.MAY_KNOW.keySet()).containsExactlyInAnyOrderElementsOf(javaModules);
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("modules"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
