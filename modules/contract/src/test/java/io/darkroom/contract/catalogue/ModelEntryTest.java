package io.darkroom.contract.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry.Scheduler;
import io.darkroom.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
