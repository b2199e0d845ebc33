package io.darkroom.router.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.contract.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Records as a careless or hostile client may send them: documents that are nearly right, with a few
 * fields put out, doubled, swapped or made extreme; their bytes cut or flipped; and bytes of no form
 * at all. A seed gives the same records always.
 */
final class HostileRecords {
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "text2img",
            "img2img",
            "upscale",
            "tiny-emoji",
            "no-such-model",
            "../../etc/passwd",
            "s3://renders/one/",
            "file:///etc/",
            "https://169.254.169.254/latest/",
            "PT10M",
            "P9999999D",
            "\u0000",
            "\uD83E\uDD8A",
            "\u202Egnp",
            "x".repeat(5000),
            "${jndi:ldap://x}",
            "'; drop table jobs; --",
            "NaN");

    private static final List<String> NUMBERS = List.of(
            "0", "-1", "1", "0.5", "1.4", "1e309", "-1e309", "1e-400", "9223372036854775808", "4294967296", "64", "63");

    private final Random random;
    private final List<String> examples;

    /**
     * @param examples valid documents, to be spoilt
     */
    HostileRecords(long seed, List<String> examples) {
        this.random = new Random(seed);
        this.examples = List.copyOf(examples);
    }

    byte[] next() {
        return switch (random.nextInt(10)) {
            case 0 -> noise();
            case 1 -> cut(spoilt());
            case 2 -> flipped(spoilt());
            case 3 -> deep();
            default -> spoilt();
        };
    }

    private byte[] spoilt() {
        String example = examples.get(random.nextInt(examples.size()));
        JsonNode document = Json.read(example.getBytes(UTF_8), JsonNode.class);
        if (document instanceof ObjectNode object) {
            object.put("id", "fuzz-" + random.nextLong());
        }
        int faults = random.nextInt(4);
        for (int fault = 0; fault < faults; fault++) {
            spoil(document);
        }
        return Json.write(document);
    }

    private void spoil(JsonNode document) {
        List<JsonNode> containers = new ArrayList<>();
        collect(document, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        if (container instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(4)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(name + random.nextInt(3), value());
                default -> object.set(name, value());
            }
        } else if (container instanceof ArrayNode array) {
            int copies = random.nextInt(40);
            for (int copy = 0; copy < copies; copy++) {
                array.add(value());
            }
        }
    }

    private JsonNode value() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(7)) {
            case 0 -> nodes.nullNode();
            case 1 -> nodes.booleanNode(random.nextBoolean());
            case 2 -> nodes.objectNode().set("a", nodes.textNode(text()));
            case 3 -> nodes.arrayNode().add(text()).add(random.nextInt());
            case 4 -> nodes.numberNode(random.nextInt());
            case 5 -> nodes.numberNode(new BigDecimal(NUMBERS.get(random.nextInt(NUMBERS.size()))));
            default -> nodes.textNode(text());
        };
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] cut(byte[] whole) {
        return Arrays.copyOf(whole, random.nextInt(whole.length + 1));
    }

    private byte[] flipped(byte[] whole) {
        int flips = 1 + random.nextInt(4);
        for (int flip = 0; flip < flips; flip++) {
            whole[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return whole;
    }

    private byte[] deep() {
        int depth = random.nextInt(3000);
        return ("{\"id\":\"deep\",\"stages\":" + "[".repeat(depth) + "]".repeat(random.nextInt(depth + 1)))
                .getBytes(UTF_8);
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }
}
