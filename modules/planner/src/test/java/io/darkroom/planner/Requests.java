package io.darkroom.planner;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.ModelEntryBuilder;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.request.ParsedRequest;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.request.ValidJob;
import io.darkroom.contract.uri.UriPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests that passed the real door, and models to run them. */
final class Requests {
    private static final RequestParser PARSER = new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/")));

    /** Two pools; emoji, sketch and x2 share a VAE, photo has its own. */
    static final Map<String, ModelEntry> MODELS = Map.of(
            "emoji", model("emoji", "cpu", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG),
            "sketch", model("sketch", "gpu", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG),
            "photo", model("photo", "cpu", "b", StageKind.TEXT2IMG, StageKind.IMG2IMG),
            "far-photo", model("far-photo", "gpu", "b", StageKind.IMG2IMG),
            "x2", model("x2", "cpu", "a", StageKind.UPSCALE));

    private Requests() {}

    static ValidJob job(String stages) {
        String json = """
            { "schema_version": 1, "id": "j", "stages": [ %s ],
              "output": { "uri": "s3://renders/j/" } }
            """.formatted(stages);
        return switch (PARSER.parse(json.getBytes(UTF_8))) {
            case ParsedRequest.Accepted(ValidJob job) -> job;
            case ParsedRequest.Refused refused -> throw new AssertionError(refused.message());
        };
    }

    private static ModelEntry model(String name, String pool, String vae, StageKind... kinds) {
        return model(Family.STABLE_DIFFUSION, name, pool, vae, kinds);
    }

    static ModelEntry model(Family family, String name, String pool, String vae, StageKind... kinds) {
        return entry(family, name, pool, vae, kinds).build();
    }

    static ModelEntryBuilder entry(Family family, String name, String pool, String vae, StageKind... kinds) {
        return ModelEntry.of(family, name, name.substring(0, 1).repeat(64), pool)
                .kinds(List.of(kinds))
                .vae(Optional.of(vae.repeat(64)))
                .latents(4, 8)
                .size(64, 96, 8);
    }
}
