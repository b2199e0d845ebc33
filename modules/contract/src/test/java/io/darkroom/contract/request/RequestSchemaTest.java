package io.darkroom.contract.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds between the parts of the schema of requests. */
class RequestSchemaTest {
    @Test
    void aStageWhoseKindIsLeftOpenHasEveryFieldOfTheKindsThatItCanBecome() throws IOException {
        Set<String> wanted = new HashSet<>();
        for (String kind : new String[] {"text2img", "img2img", "upscale"}) {
            fields(kind).forEach(wanted::add);
        }

        assertThat(fields("auto")).isEqualTo(wanted);
    }

    private static Set<String> fields(String kind) throws IOException {
        try (InputStream in =
                RequestSchemaTest.class.getResourceAsStream("/io/darkroom/schemas/job-request.schema.json")) {
            JsonNode schema = Json.mapper().readTree(in);
            Set<String> fields = new HashSet<>();
            schema.path("$defs").path(kind).path("properties").fieldNames().forEachRemaining(fields::add);
            return fields;
        }
    }
}
