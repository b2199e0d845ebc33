package io.darkroom.system.bundled;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.artifacts.Sha256;
import io.darkroom.contract.json.Json;
import io.darkroom.inference.model.ServedModel;
import io.darkroom.system.Models;
import io.darkroom.worker.model.AdapterFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the repository holds of the bundled models, what the build made of it, and what their cards say. */
class ModelCardsTest {
    private static final Path SOURCES = Path.of("../models/bundled");
    private static final long MAX_BYTES = 40_000_000;
    private static final String CARD = "README.md";
    private static final String MANIFEST = "manifest.json";

    static List<String> names() throws IOException {
        try (Stream<Path> folders = Files.list(SOURCES)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void allOfThemTogetherHaveAtMostFortyMegabytesInTheRepository() throws IOException {
        long bytes = 0;
        for (Path file : files(SOURCES)) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isLessThanOrEqualTo(MAX_BYTES);
    }

    @ParameterizedTest
    @MethodSource("names")
    void theCardSaysWhatTheModelIsAndHowItWasMade(String name) throws IOException {
        ModelCard card = ModelCard.read(SOURCES.resolve(name).resolve(CARD));

        assertThat(card.faults(name)).as("what the card of %s lacks", name).isEmpty();
        if (card.data().has("base_model")) {
            assertThat(names()).contains(card.data().path("base_model").asText());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theCardsLicenceIsTheManifests(String name) throws IOException {
        String expression = String.join(
                " and ", ModelCard.read(SOURCES.resolve(name).resolve(CARD)).texts("license"));

        assertThat(expression).isEqualTo(manifest(name).path("license").asText().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("names")
    void theRepositoryHoldsNoFileThatTheManifestDoesNotList(String name) throws IOException {
        Path folder = SOURCES.resolve(name);

        assertThat(digests(name).keySet())
                .containsAll(files(folder).stream()
                        .map(file -> relative(folder, file))
                        .filter(file -> !List.of(CARD, MANIFEST).contains(file))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatTheBuildPutTogetherIsWhatTheManifestLists(String name) throws IOException {
        Path folder = Models.bundled().resolve(name);
        Map<String, String> found = new TreeMap<>();
        for (Path file : files(folder)) {
            found.put(relative(folder, file), Sha256.of(file));
        }

        assertThat(found).containsKeys(CARD, MANIFEST);
        found.keySet().removeAll(List.of(CARD, MANIFEST));
        assertThat(found).isEqualTo(digests(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void darkroomOpensItUnderTheManifestsDigest(String name) throws Exception {
        Path folder = Models.bundled().resolve(name);

        assertThat(manifest(name).path("name").asText()).isEqualTo(name);
        assertThat(manifest(name).path("digest").asText()).isEqualTo(digest(folder));
    }

    private static String digest(Path folder) throws Exception {
        return AdapterFile.isOne(folder)
                ? AdapterFile.open(folder).digest()
                : ServedModel.open(folder).digest();
    }

    private static Map<String, String> digests(String name) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        manifest(name)
                .path("files")
                .forEach(file -> digests.put(
                        file.path("path").asText(), file.path("sha256").asText()));
        return digests;
    }

    private static JsonNode manifest(String name) throws IOException {
        return Json.mapper().readTree(SOURCES.resolve(name).resolve(MANIFEST).toFile());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private static String relative(Path folder, Path file) {
        return folder.relativize(file).toString().replace(folder.getFileSystem().getSeparator(), "/");
    }
}
