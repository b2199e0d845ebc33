package io.darkroom.inference.compel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.inference.compel.Conjunction.Blend;
import io.darkroom.inference.compel.Conjunction.Flat;
import io.darkroom.inference.compel.Conjunction.Fragment;
import io.darkroom.inference.compel.Conjunction.Part;
import io.darkroom.inference.compel.Conjunction.Piece;
import io.darkroom.inference.compel.Conjunction.Swap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompelPromptTest {
    private static final Path PARSES = Path.of("src/test/resources/io/darkroom/inference/compel/parses.jsonl");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Test
    void everyPromptIsReadAsCompelReadsIt() throws Exception {
        List<String> differing = new ArrayList<>();
        int read = 0;
        for (String line : Files.readAllLines(PARSES)) {
            JsonNode expected = new ObjectMapper().readTree(line);
            String difference = difference(expected);
            if (!difference.isEmpty()) {
                differing.add(expected.get("prompt") + "\n  compel: " + line + "\n  here:   " + difference);
            }
            read++;
        }
        System.out.printf("compel: %d prompts read, %d otherwise than compel does%n", read, differing.size());
        assertThat(read).isGreaterThan(1000);
        assertThat(differing).isEmpty();
    }

    @Test
    void nestingHasABound() {
        assertThatThrownBy(() -> CompelPrompt.parse("(".repeat(70) + "fox" + ")".repeat(70)))
                .isInstanceOf(CompelSyntaxException.class)
                .hasMessageContaining("60 parentheses");
    }

    @Test
    void hostilePromptsAreReadInNoTime() throws Exception {
        assertThat(CompelPrompt.parse("(".repeat(50) + "fox ".repeat(2000)).parts())
                .hasSize(1);
        assertThat(CompelPrompt.parse("\"".repeat(9999)).parts()).hasSize(1);
        assertThat(CompelPrompt.parse("\\\"".repeat(4999)).parts()).hasSize(1);
        assertThat(CompelPrompt.parse("(a)".repeat(3333)).parts()).hasSize(1);
    }

    /** Empty if there is none. */
    private static String difference(JsonNode expected) {
        try {
            Conjunction read = CompelPrompt.parse(expected.get("prompt").asText());
            if (expected.has("refused")) {
                return plain(read).toString();
            }
            ObjectNode wanted = ((ObjectNode) expected.deepCopy()).without("prompt");
            return close(wanted, plain(read)) ? "" : plain(read).toString();
        } catch (CompelSyntaxException e) {
            return expected.has("refused") ? "" : "refused: " + e.getMessage();
        }
    }

    private static boolean close(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return Math.abs(one.asDouble() - other.asDouble()) <= 1e-12 * Math.abs(one.asDouble());
        }
        if (one.size() != other.size() || one.getNodeType() != other.getNodeType()) {
            return false;
        }
        if (one.isArray()) {
            for (int i = 0; i < one.size(); i++) {
                if (!close(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (one.isObject()) {
            for (String name : (Iterable<String>) one::fieldNames) {
                if (!other.has(name) || !close(one.get(name), other.get(name))) {
                    return false;
                }
            }
            return true;
        }
        return one.equals(other);
    }

    private static ObjectNode plain(Conjunction read) {
        ObjectNode json = JSON.objectNode();
        ArrayNode all = json.putArray("all");
        read.parts().forEach(part -> all.add(plain(part)));
        read.weights().forEach(json.putArray("weights")::add);
        ArrayNode loras = json.putArray("loras");
        read.loras().forEach(lora -> loras.addArray().add(lora.model()).add(lora.weight()));
        return json;
    }

    private static JsonNode plain(Part part) {
        return switch (part) {
            case Flat flat -> plain(flat);
            case Blend(List<Flat> prompts, List<Double> weights, boolean normalized) -> {
                ObjectNode json = JSON.objectNode();
                ArrayNode blend = json.putArray("blend");
                prompts.forEach(prompt -> blend.add(plain(prompt)));
                weights.forEach(json.putArray("weights")::add);
                yield json.put("normalize", normalized);
            }
        };
    }

    private static ArrayNode plain(Flat flat) {
        ArrayNode json = JSON.arrayNode();
        for (Piece piece : flat.pieces()) {
            switch (piece) {
                case Fragment fragment -> json.add(plain(fragment));
                case Swap(List<Fragment> original, List<Fragment> edited) -> {
                    ObjectNode swap = json.addObject();
                    original.forEach(fragment -> swap.withArray("swap").add(plain(fragment)));
                    edited.forEach(fragment -> swap.withArray("for").add(plain(fragment)));
                }
            }
        }
        return json;
    }

    private static ArrayNode plain(Fragment fragment) {
        return JSON.arrayNode().add(fragment.text()).add(fragment.weight());
    }
}
