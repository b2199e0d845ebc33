package io.darkroom.contract.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.darkroom.contract.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The door's evaluator and a library's have the same opinion of every document, and name the same paths. */
class SchemaVerdictTest {
    private static final int DOCUMENTS = 3000;

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "1",
            "-1",
            "1.0",
            "1.5",
            "20",
            "64",
            "65",
            "8193",
            "1e3",
            "9223372036854775808",
            "\"\"",
            "\"a\"",
            "\"text2img\"",
            "\"grid\"",
            "\"PT10M\"",
            "\"P\"",
            "\"s3://a/\"",
            "\"cancel\"",
            "\"../x\"",
            "[]",
            "[1]",
            "[0.5,0.6]",
            "[1,\"a\"]",
            "[8,8]",
            "{}",
            "{\"a\":1}",
            "{\"model\":\"m\"}",
            "{\"model\":\"m\",\"image\":\"a\"}",
            "[{\"model\":\"m\"}]",
            "[{\"model\":\"m\",\"image\":\"a\"}]");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        job-request | {"schema_version":1,"id":"a","tenant":"t","deadline":"PT1M","priority":"bulk","labels":{"a":"b"},"stages":[{"kind":"text2img","model":"m","prompt":"p","seed":7,"scheduler":"DDIMScheduler","scheduler_options":{"a":[1],"b":"c"}},{"kind":"img2img","model":"m","strength":[0.5,1],"loras":[{"model":"l","scale":1}],"controlnet":[{"model":"c","image":"a"}]},{"kind":"grid","cols":2},{"kind":"auto","model":"m","clip_skip":2,"target_size":[8,8]}],"output":{"uri":"s3://a/","format":"png"}}
        job-control | {"schema_version":1,"action":"cancel","tenant":"t","id":"a","reason":"r","priority":"bulk"}
        model-entry | {"schema_version":1,"name":"m","digest":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","family":"lora","kinds":["text2img"],"pool":"p","cost":1.5,"text_widths":[1],"residuals":{"in_channels":4,"cross_attention_dim":8,"channels":[1]},"scheduler":{"config":{"a":[1]},"whole_timesteps":true,"predicted_channels":4}}
        """)
    void theEvaluatorAgreesWithALibrary(String name, String example) throws IOException {
        Schema ours = Schema.load(name + ".schema.json");
        JsonSchema theirs = library(name);
        Random random = new Random(name.hashCode());
        int valid = 0;
        for (int number = 0; number < DOCUMENTS; number++) {
            JsonNode document = read(example);
            for (int change = random.nextInt(4); change > 0; change--) {
                spoil(document, random);
            }
            List<String> paths =
                    ours.faultsOf(document).stream().map(fault -> fault.path()).toList();
            boolean allowed = theirs.validate(document).isEmpty();
            assertThat(paths.isEmpty()).as(document.toString()).isEqualTo(allowed);
            valid += allowed ? 1 : 0;
        }
        assertThat(valid).isBetween(DOCUMENTS / 10, DOCUMENTS * 9 / 10);
    }

    private static JsonSchema library(String name) throws IOException {
        try (InputStream in = Schema.class.getResourceAsStream("/io/darkroom/schemas/" + name + ".schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
        }
    }

    private static void spoil(JsonNode document, Random random) throws IOException {
        List<JsonNode> containers = new ArrayList<>();
        collect(document, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        JsonNode value = read(VALUES.get(random.nextInt(VALUES.size())));
        if (container instanceof ArrayNode list) {
            list.add(value);
        } else if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>(
                    new TreeSet<>(object.propertyStream().map(e -> e.getKey()).toList()));
            String name = names.isEmpty() || random.nextInt(6) == 0 ? "other" : names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode read(String json) throws IOException {
        return Json.mapper()
                .reader()
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(json);
    }
}
