package io.darkroom.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.contract.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The demo's jobs, in the guide's order. Each is a file beside this class, as any client would write it. */
enum GuideJob {
    TEXT2IMG,
    CHAIN,
    UPSCALE,
    CONTROLNET,
    SWEEP,
    ADDITIONS;

    private static final String SEED = "seed";

    private final ObjectNode written = read(fileName());

    private static ObjectNode read(String file) {
        try (InputStream in = GuideJob.class.getResourceAsStream(file)) {
            return (ObjectNode) Json.mapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a job of the demo cannot be read from the jar: " + file, e);
        }
    }

    /** Of files and folders. */
    String shortName() {
        return name().toLowerCase(Locale.ROOT);
    }

    String fileName() {
        return shortName() + ".json";
    }

    /** What it is there for, in words. */
    String shows() {
        return written.path("labels").path("shows").asText();
    }

    /** All that it names: models, ControlNets, and what is added to models. */
    Set<String> models() {
        return models(written);
    }

    /** All that a job, or a stage of one, names. */
    static Set<String> models(JsonNode part) {
        Set<String> models = new TreeSet<>(part.findValuesAsText("model"));
        for (JsonNode names : part.findValues("textual_inversions")) {
            names.forEach(name -> models.add(name.asText()));
        }
        return models;
    }

    /**
     * The request to be sent.
     *
     * @param missing models that are not there: stages that name one are left out, and those that take what these make
     * @param seed instead of those in the file; where a stage has several they follow it
     * @param output ends with a slash
     * @return empty if nothing is left of what it is there for
     */
    Optional<ObjectNode> request(Set<String> missing, Optional<Long> seed, URI output) {
        ObjectNode request = written.deepCopy();
        ArrayNode stages = request.withArray("stages");
        Set<String> gone = new HashSet<>();
        stages.removeIf(stage -> {
            boolean leftOut =
                    !Collections.disjoint(models(stage), missing) || !Collections.disjoint(taken(stage), gone);
            return leftOut && gone.add(stage.path("id").asText());
        });
        seed.ifPresent(first -> stages.forEach(stage -> reseed((ObjectNode) stage, first)));
        request.withObject("output").put("uri", output.toString());
        return worthRunning(request) ? Optional.of(request) : Optional.empty();
    }

    /** Whether there is a stage left, and one with a model that not every job has. */
    private boolean worthRunning(ObjectNode request) {
        Set<String> own = models();
        own.removeAll(TEXT2IMG.models());
        return !request.path("stages").isEmpty() && (own.isEmpty() || !Collections.disjoint(own, models(request)));
    }

    /** The stages that a stage names. */
    private static Set<String> taken(JsonNode stage) {
        Set<String> taken = new HashSet<>(stage.findValuesAsText("image"));
        taken.add(stage.path("input").asText());
        stage.path("inputs").forEach(input -> taken.add(input.asText()));
        return taken;
    }

    private static void reseed(ObjectNode stage, long first) {
        if (stage.path(SEED) instanceof ArrayNode several) {
            List<Long> seeds = new ArrayList<>();
            several.forEach(_ -> seeds.add(first + seeds.size()));
            stage.putPOJO(SEED, seeds);
        } else if (stage.has(SEED)) {
            stage.put(SEED, first);
        }
    }
}
