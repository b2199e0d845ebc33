package io.darkroom.inference.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.inference.model.ModelException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * CLIP's tokenizer in the file format of the tokenizers library: NFC, runs of white space to one
 * space, lower case, OpenAI's split into words, bytes as characters, byte pairs with {@code </w>}
 * at the end of a word. These are the steps of transformers' {@code CLIPTokenizerFast}.
 */
record TokenizerJson(
        Special start,
        Special end,
        String unknown,
        List<Map<String, Object>> addedTokens,
        Map<String, Object> vocabulary,
        List<List<String>> merges) {
    /** From OpenAI's CLIP, {@code simple_tokenizer.py}. */
    private static final String WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private static final Map<String, Object> BYTES =
            Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", true);

    private static final Map<String, Object> NORMALIZER = Map.of(
            "type",
            "Sequence",
            "normalizers",
            List.of(
                    Map.of("type", "NFC"),
                    Map.of("type", "Replace", "pattern", Map.of("Regex", "\\s+"), "content", " "),
                    Map.of("type", "Lowercase")));

    private static final Map<String, Object> SPLIT =
            Map.of("type", "Split", "pattern", Map.of("Regex", WORDS), "behavior", "Removed", "invert", true);

    private static final Map<String, Object> PRE_TOKENIZER =
            Map.of("type", "Sequence", "pretokenizers", List.of(SPLIT, BYTES));

    /** A token that has a part of its own in the format. */
    record Special(String content, long id) {
        List<Object> pair() {
            return List.of(content, id);
        }
    }

    byte[] bytes() throws ModelException {
        try {
            return new ObjectMapper()
                    .writeValueAsBytes(Map.of(
                            "version", "1.0",
                            "added_tokens", addedTokens,
                            "normalizer", NORMALIZER,
                            "pre_tokenizer", PRE_TOKENIZER,
                            "post_processor", postProcessor(),
                            "decoder", BYTES,
                            "model", model()));
        } catch (JsonProcessingException e) {
            throw new ModelException("tokenizer: cannot be built from vocab.json and merges.txt", e);
        }
    }

    /**
     * A file with further tokens, which are no special ones: found where the text is in lower case already.
     *
     * @param firstId of the first; the others follow
     */
    static byte[] withTokens(byte[] json, long firstId, List<String> tokens) throws ModelException {
        try {
            ObjectNode file = (ObjectNode) new ObjectMapper().readTree(json);
            ArrayNode added = file.withArray("added_tokens");
            for (int i = 0; i < tokens.size(); i++) {
                ObjectNode token = added.addObject().put("id", firstId + i).put("content", tokens.get(i));
                for (String flag : List.of("single_word", "lstrip", "rstrip", "special")) {
                    token.put(flag, false);
                }
                token.put("normalized", true);
            }
            return new ObjectMapper().writeValueAsBytes(file);
        } catch (IOException e) {
            throw new ModelException("tokenizer.json: cannot be extended", e);
        }
    }

    private Map<String, Object> postProcessor() {
        return Map.of(
                "type",
                "RobertaProcessing",
                "sep",
                end.pair(),
                "cls",
                start.pair(),
                "trim_offsets",
                false,
                "add_prefix_space",
                false);
    }

    private Map<String, Object> model() {
        return Map.of(
                "type",
                "BPE",
                "unk_token",
                unknown,
                "continuing_subword_prefix",
                "",
                "end_of_word_suffix",
                "</w>",
                "fuse_unk",
                false,
                "byte_fallback",
                false,
                "ignore_merges",
                false,
                "vocab",
                vocabulary,
                "merges",
                merges);
    }
}
