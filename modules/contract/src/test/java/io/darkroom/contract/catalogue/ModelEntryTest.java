package io.darkroom.contract.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.catalogue.ModelEntry.Scheduler;
import io.darkroom.contract.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ModelEntryTest {
    @Test
    void anEntryIsReadAsItWasWritten() {
        ModelEntry entry = entry(Optional.of(new Scheduler(
                Map.of("_class_name", "DDIMScheduler", "beta_start", 0.00085, "trained_betas", List.of(0.1, 0.2)),
                true,
                4)));

        assertThat(Json.read(Json.write(entry), ModelEntry.class)).isEqualTo(entry);
    }

    @Test
    void anEntryOfBeforeSaysNothingOfItsScheduler() {
        String json = new String(Json.write(entry(Optional.empty())), UTF_8);

        assertThat(json).doesNotContain("scheduler");
        assertThat(Json.read(json.getBytes(UTF_8), ModelEntry.class).scheduler())
                .isEmpty();
    }

    @Test
    void thePublishedSchemaNamesEveryFamilyAndEveryKindThatAModelRuns() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/io/darkroom/schemas/model-entry.schema.json")) {
            JsonNode properties = Json.mapper().readTree(in).path("properties");

            assertThat(texts(properties.path("kinds").path("items")))
                    .containsExactlyInAnyOrderElementsOf(Stream.of(StageKind.values())
                            .filter(kind -> kind.needsModel() && kind != StageKind.AUTO)
                            .map(StageKind::wireName)
                            .toList());
            assertThat(texts(properties.path("family")))
                    .containsExactlyInAnyOrderElementsOf(Stream.of(ModelEntry.Family.values())
                            .map(family -> Json.mapper().valueToTree(family).asText())
                            .toList());
        }
    }

    private static List<String> texts(JsonNode type) {
        return type.path("enum").valueStream().map(JsonNode::asText).toList();
    }

    private static ModelEntry entry(Optional<Scheduler> scheduler) {
        return ModelEntry.of(ModelEntry.Family.STABLE_DIFFUSION, "m", "e".repeat(64), "cpu")
                .kinds(List.of(StageKind.TEXT2IMG))
                .vae(Optional.of("a".repeat(64)))
                .latents(4, 8)
                .size(64, 64, 8)
                .scheduler(scheduler)
                .build();
    }
}
