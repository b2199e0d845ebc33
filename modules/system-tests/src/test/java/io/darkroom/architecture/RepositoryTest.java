package io.darkroom.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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

    /** JUnit passes over a method without an annotation in silence. */
    @Test
    void nothingThatLooksLikeATestIsLeftOut() throws IOException {
        Pattern unmarked = Pattern.compile("(?m)^(?! {4}@).*\\R {4}void (\\w+)\\(\\)");
        List<String> leftOut = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(repository().resolve("modules"))) {
            for (Path file :
                    walk.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                String source = Files.readString(file);
                unmarked.matcher(source)
                        .results()
                        .map(found -> found.group(1))
                        .filter(name -> source.indexOf(name + "(") == source.lastIndexOf(name + "("))
                        .forEach(name -> leftOut.add(file.getFileName() + ": " + name));
            }
        }
        assertThat(leftOut).isEmpty();
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("modules"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
