package io.darkroom.inference.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.inference.model.FolderFiles;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twelve thousand strings of any Unicode, as transformers' {@code CLIPTokenizerFast} reads them with
 * CLIP's own vocabulary. Made by {@code modules/models/golden/tokens.py}.
 */
class ClipTokenizerGoldenTest {
    private static final Path VOCABULARY = Path.of("../models/target/bundled/tiny-emoji/tokenizer");
    private static final int LENGTH = 77;
    private static final long END = 49407;
    private static final long EXCLAMATION_MARK = 0;

    @TempDir
    Path models;

    @Test
    void readsEveryStringAsTheReferenceDoes() throws Exception {
        List<String> differing = new ArrayList<>();
        int strings;
        try (ClipTokenizer ordinary = open("ordinary", "<|endoftext|>");
                ClipTokenizer exclaiming = open("exclaiming", "!");
                DataInputStream golden = golden()) {
            strings = golden.readInt();
            for (int i = 0; i < strings; i++) {
                String text = new String(golden.readNBytes(golden.readUnsignedShort()), StandardCharsets.UTF_8);
                compare(text, ordinary, ids(golden, END), differing);
                if (text.contains("!")) {
                    compare(text, exclaiming, ids(golden, EXCLAMATION_MARK), differing);
                }
            }
            assertThat(golden.read()).isEqualTo(-1);
        }
        System.out.println("tokenizer: " + strings + " strings, " + differing.size() + " differ");
        assertThat(strings).isGreaterThan(10_000);
        assertThat(differing).isEmpty();
    }

    private static void compare(String text, ClipTokenizer tokenizer, long[] expected, List<String> differing) {
        long[] ids = tokenizer.encode(text).ids();
        if (!Arrays.equals(ids, expected)) {
            differing.add(escaped(text) + " is " + Arrays.toString(ids) + ", not " + Arrays.toString(expected));
        }
    }

    private static long[] ids(DataInputStream golden, long pad) throws IOException {
        long[] ids = new long[LENGTH];
        int given = golden.readUnsignedByte();
        for (int i = 0; i < LENGTH; i++) {
            ids[i] = i < given ? golden.readUnsignedShort() : pad;
        }
        return ids;
    }

    /** CLIP's vocabulary with all its positions, which the bundled model has not. */
    private ClipTokenizer open(String name, String pad) throws Exception {
        Path folder = Files.createDirectories(models.resolve(name).resolve("tokenizer"));
        for (String file : List.of("vocab.json", "merges.txt")) {
            Files.copy(VOCABULARY.resolve(file), folder.resolve(file));
        }
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode)
                json.readTree(VOCABULARY.resolve("tokenizer_config.json").toFile());
        config.put("pad_token", pad).put("model_max_length", LENGTH);
        json.writeValue(folder.resolve("tokenizer_config.json").toFile(), config);
        return ClipTokenizer.open(new FolderFiles(models.resolve(name)), "tokenizer", LENGTH);
    }

    private DataInputStream golden() throws IOException {
        return new DataInputStream(
                new BufferedInputStream(new GZIPInputStream(getClass().getResourceAsStream("tokens.bin.gz"))));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints()
                .forEach(point -> escaped.append(
                        point >= ' ' && point < 127 ? Character.toString(point) : "\\u{%x}".formatted(point)));
        return escaped.toString();
    }
}
