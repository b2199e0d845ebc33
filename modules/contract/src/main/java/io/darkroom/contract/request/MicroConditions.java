package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * What SDXL is told about the picture beside its prompt, as far as the request says it.
 *
 * @param pairs by diffusers' names ({@code original_size}, ...): height and width, or top and left
 * @param aestheticScore of the refiner
 * @param negativeAestheticScore of the refiner
 */
public record MicroConditions(
        Map<String, Pair> pairs, OptionalDouble aestheticScore, OptionalDouble negativeAestheticScore) {
    /** The names that {@code pairs} may have. */
    static final Set<String> PAIRS = Set.of(
            "original_size",
            "crops_coords_top_left",
            "target_size",
            "negative_original_size",
            "negative_crops_coords_top_left",
            "negative_target_size");

    /** Pixels: height and width of a size, top and left of a corner. */
    public record Pair(int vertical, int horizontal) {}

    public MicroConditions {
        pairs = Map.copyOf(pairs);
    }

    /** What a stage says of it, in the form that the schema allows. */
    static MicroConditions read(JsonNode stage) {
        Map<String, Pair> pairs = new TreeMap<>();
        for (String name : PAIRS) {
            if (stage.has(name)) {
                JsonNode pair = stage.path(name);
                pairs.put(name, new Pair(pair.path(0).asInt(), pair.path(1).asInt()));
            }
        }
        return new MicroConditions(pairs, score(stage, "aesthetic_score"), score(stage, "negative_aesthetic_score"));
    }

    private static OptionalDouble score(JsonNode stage, String field) {
        return stage.has(field) ? OptionalDouble.of(stage.path(field).asDouble()) : OptionalDouble.empty();
    }

    public Optional<Pair> pair(String name) {
        return Optional.ofNullable(pairs.get(name));
    }

    /** The fields that the request has, by name. */
    Set<String> given() {
        Map<String, Boolean> given = new TreeMap<>();
        pairs.keySet().forEach(name -> given.put(name, true));
        aestheticScore.ifPresent(_ -> given.put("aesthetic_score", true));
        negativeAestheticScore.ifPresent(_ -> given.put("negative_aesthetic_score", true));
        return given.keySet();
    }
}
