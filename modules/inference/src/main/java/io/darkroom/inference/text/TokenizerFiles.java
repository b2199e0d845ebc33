package io.darkroom.inference.text;

import io.darkroom.inference.model.FolderFiles;
import io.darkroom.inference.model.ModelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files of a CLIP tokenizer.
 *
 * @param json a {@code tokenizer.json}, from the folder or built from its vocabulary and merges
 * @param endId id of the token that every prompt ends with
 * @param padId id that fills the rest
 * @param maxLength ids per prompt
 * @param vocabulary ids by token
 */
record TokenizerFiles(byte[] json, long endId, long padId, int maxLength, Map<String, Object> vocabulary) {
    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";

    /**
     * Merges that CLIP uses of its {@code merges.txt}: 49,152 ids less 256 bytes and 2 special
     * tokens.
     */
    private static final int MERGES = 49152 - 256 - 2;

    private static final Pattern SPACES = Pattern.compile("\\s+");

    static TokenizerFiles read(FolderFiles folder, String directory, int positions) throws ModelException {
        Map<String, Object> config = folder.json(directory + "/tokenizer_config.json");
        Map<String, Object> vocabulary = folder.json(directory + "/vocab.json");
        String end = token(config, "eos_token");
        String pad = token(config, "pad_token");
        return new TokenizerFiles(
                json(folder, directory, config, vocabulary),
                id(vocabulary, end),
                id(vocabulary, pad),
                length(config, positions),
                vocabulary);
    }

    long vocabularySize() {
        return vocabulary.size();
    }

    boolean knows(String token) {
        return vocabulary.containsKey(token);
    }

    /** The same with further tokens. */
    TokenizerFiles with(List<String> tokens) throws ModelException {
        return new TokenizerFiles(
                TokenizerJson.withTokens(json, vocabularySize(), tokens), endId, padId, maxLength, vocabulary);
    }

    private static byte[] json(
            FolderFiles folder, String directory, Map<String, Object> config, Map<String, Object> vocabulary)
            throws ModelException {
        String jsonFile = directory + "/tokenizer.json";
        if (folder.has(jsonFile)) {
            return folder.bytes(jsonFile);
        }
        TokenizerJson built = new TokenizerJson(
                new TokenizerJson.Special(token(config, "bos_token"), id(vocabulary, token(config, "bos_token"))),
                new TokenizerJson.Special(token(config, "eos_token"), id(vocabulary, token(config, "eos_token"))),
                token(config, "unk_token"),
                addedTokens(config, vocabulary),
                vocabulary,
                merges(folder, directory));
        return built.bytes();
    }

    private static int length(Map<String, Object> config, int positions) {
        // a length of 10^30 stands for none
        boolean given = config.get("model_max_length") instanceof Number number && number.doubleValue() >= 2;
        return given ? (int) Math.min(((Number) config.get("model_max_length")).doubleValue(), positions) : positions;
    }

    /** A token is written as text or as {@code {"content": text, ...}}. */
    private static String token(Map<String, Object> config, String name) {
        Object value = config.get(name);
        if (value instanceof Map<?, ?> fields && fields.get("content") instanceof String content) {
            return content;
        }
        return value instanceof String text ? text : name.equals("bos_token") ? START : END;
    }

    private static long id(Map<String, Object> vocabulary, String token) throws ModelException {
        if (vocabulary.get(token) instanceof Number id) {
            return id.longValue();
        }
        throw new ModelException("a tokenizer's vocab.json: has no token " + token);
    }

    private static List<List<String>> merges(FolderFiles folder, String directory) throws ModelException {
        String text = new String(folder.bytes(directory + "/merges.txt"), StandardCharsets.UTF_8);
        List<List<String>> merges = new ArrayList<>();
        // the first line is a version
        for (String line : text.strip().lines().skip(1).limit(MERGES).toList()) {
            List<String> parts = SPACES.splitAsStream(line.strip()).toList();
            if (parts.size() != 2) {
                throw new ModelException("tokenizer/merges.txt: each line after the first must hold two parts");
            }
            merges.add(parts);
        }
        return merges;
    }

    /**
     * Special tokens are recognised in a prompt's text before anything else; so is {@code !} where
     * it pads.
     */
    private static List<Map<String, Object>> addedTokens(Map<String, Object> config, Map<String, Object> vocabulary)
            throws ModelException {
        Map<Long, Map<String, Object>> added = new LinkedHashMap<>();
        if (config.get("added_tokens_decoder") instanceof Map<?, ?> declared) {
            for (Map.Entry<?, ?> entry : declared.entrySet()) {
                if (entry.getValue() instanceof Map<?, ?> fields && fields.get("content") instanceof String content) {
                    long id = id(vocabulary, content);
                    added.put(id, addedToken(id, content, fields));
                }
            }
        }
        for (String name : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
            String content = token(config, name);
            long id = id(vocabulary, content);
            added.putIfAbsent(id, addedToken(id, content, Map.of("normalized", !content.equals("!"))));
        }
        return List.copyOf(added.values());
    }

    private static Map<String, Object> addedToken(long id, String content, Map<?, ?> fields) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("content", content);
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            token.put(flag, Boolean.TRUE.equals(fields.get(flag)));
        }
        token.put("special", true);
        return token;
    }
}
