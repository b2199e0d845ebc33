package io.darkroom.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same edges as OpenCV's, from files that {@code src/test/python/make_canny.py} made. */
class CannyEdgesTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/canny");

    static List<String> expected() throws Exception {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("_"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("expected")
    void theEdgesAreThoseThatOpenCvFinds(String file) throws Exception {
        String[] parts = file.substring(0, file.length() - ".png".length()).split("_");
        RgbImage edges =
                CannyEdges.of(read(parts[0] + ".png"), Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
        assertThat(edges).isEqualTo(read(file));
    }

    @Test
    void thereIsSomethingToCompare() throws Exception {
        assertThat(expected()).hasSizeGreaterThan(40);
    }

    private static RgbImage read(String file) throws Exception {
        return ImageReading.read(Files.readAllBytes(FOLDER.resolve(file)), ImageLimits.standard());
    }
}
