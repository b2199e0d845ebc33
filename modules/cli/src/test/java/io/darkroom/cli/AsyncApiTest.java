package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.topic.Topics;
import io.darkroom.diffusion.sampler.Samplers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The published documents agree with each other and with the code. */
class AsyncApiTest {
    private static final Path SCHEMAS = Path.of("..", "..", "schemas");

    private final JsonNode document = read();

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        collect(document, references);
        assertThat(references).hasSizeGreaterThan(20);
        assertThat(references)
                .allSatisfy(reference -> assertThat(
                                reference.startsWith("#/")
                                        ? !document.at(reference.substring(1)).isMissingNode()
                                        : Files.isRegularFile(SCHEMAS.resolve(reference)))
                        .as(reference)
                        .isTrue());
    }

    @Test
    void everyPublicTopicIsAChannelAndNoOther() {
        Topics topics = Topics.standard();
        Set<String> inside = Set.of(
                topics.workEvents(),
                topics.heartbeats(),
                topics.workerControl(),
                topics.jobEvents(),
                topics.dispatch(),
                topics.kept());
        Set<String> publicTopics = new TreeSet<>();
        topics.system().stream()
                .map(topic -> topic.name())
                .filter(name -> !inside.contains(name))
                .forEach(publicTopics::add);
        assertThat(document.path("channels"))
                .extracting(channel -> channel.path("address").asText())
                .containsExactlyInAnyOrderElementsOf(publicTopics);
    }

    @Test
    void everyChannelHasAnOperation() {
        Set<String> used = new TreeSet<>();
        document.path("operations")
                .forEach(operation ->
                        used.add(operation.path("channel").path("$ref").asText()));
        assertThat(document.path("channels").properties())
                .extracting(Map.Entry::getKey)
                .allSatisfy(name -> assertThat(used).contains("#/channels/" + name));
    }

    @Test
    void readersAreToldToReadCommittedRecordsOnly() {
        assertThat(document.path("asyncapi").asText()).isEqualTo("3.0.0");
        assertThat(document.path("info").path("description").asText()).contains("isolation.level=read_committed");
    }

    @Test
    void theSamplersOfTheSchemaAreThoseThereAre() throws IOException {
        JsonNode schema = Json.mapper()
                .readTree(SCHEMAS.resolve("job-request.schema.json").toFile());
        assertThat(schema.at("/$defs/scheduler/enum"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrderElementsOf(Samplers.supported());
    }

    private static void collect(JsonNode node, List<String> references) {
        if (node.path("$ref").isTextual()) {
            references.add(node.path("$ref").asText());
        }
        node.forEach(child -> collect(child, references));
    }

    private static JsonNode read() {
        try {
            return new YAMLMapper().readTree(SCHEMAS.resolve("asyncapi.yaml").toFile());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
