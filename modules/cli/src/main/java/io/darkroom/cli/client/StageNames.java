package io.darkroom.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.cli.terminal.StageDisplay;
import io.darkroom.contract.json.Json;
import java.io.IOException;

/** Announces a request's stages to the display, as far as they can be read. */
public final class StageNames {
    private StageNames() {}

    public static StageDisplay announce(StageDisplay display, byte[] request) {
        try {
            JsonNode stages = Json.mapper().readTree(request).path("stages");
            for (int position = 0; position < stages.size(); position++) {
                JsonNode stage = stages.get(position);
                display.stage(
                        stage.path("id").asText(Integer.toString(position)),
                        (stage.path("kind").asText() + " " + stage.path("model").asText()).strip());
            }
        } catch (IOException e) {
            // The router will say what is wrong with it.
            return display;
        }
        return display;
    }
}
