package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.request.ValidStage.Sampling;
import io.darkroom.contract.request.ValidStage.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads one stage that the schema allows: defaults filled in, the rules between its fields checked.
 */
final class StageReading {
    private static final int MAX_IMAGES = 64;

    private final JsonNode node;
    private final int position;
    private final Faults faults;

    StageReading(JsonNode node, int position, Faults faults) {
        this.node = node;
        this.position = position;
        this.faults = faults;
    }

    String id() {
        return node.path("id").asText(Integer.toString(position));
    }

    boolean startsFromNoise() {
        return node.path("kind").asText().equals("text2img");
    }

    /** The {@code input} field as it stands in the request. */
    Optional<String> inputText() {
        return Optional.ofNullable(node.path("input").textValue());
    }

    /**
     * The stage as a whole.
     *
     * @param input where its picture comes from; empty for text2img, and after a fault in that
     *     field
     * @param inputImages how many pictures come from there
     * @param publishByDefault whether its pictures belong to the result when the request does not
     *     say
     */
    ValidStage read(Optional<Input> input, int inputImages, boolean publishByDefault) {
        boolean upscale = node.path("kind").asText().equals("upscale");
        int perPrompt = node.path("num_images_per_prompt").asInt(1);
        int images = perPrompt * inputImages;
        int steps = node.path("num_inference_steps").asInt(upscale ? 75 : 50);
        if (images > MAX_IMAGES) {
            faults.add(
                    path("num_images_per_prompt"),
                    "the stage would make %d pictures; at most %d are allowed",
                    images,
                    MAX_IMAGES);
        }
        Sampling sampling = new Sampling(
                steps,
                node.path("guidance_scale").asDouble(upscale ? 9.0 : 7.5),
                node.path("eta").asDouble(0),
                Optional.ofNullable(node.path("scheduler").textValue()),
                schedulerOptions());
        return new ValidStage(
                position,
                id(),
                node.path("publish").asBoolean(publishByDefault),
                node.path("model").asText(),
                node.path("prompt").asText(""),
                Optional.ofNullable(node.path("negative_prompt").textValue()),
                sampling,
                seed(images),
                perPrompt,
                images,
                operation(input, steps));
    }

    String path(String field) {
        return "stages[" + position + "]." + field;
    }

    private Operation operation(Optional<Input> input, int steps) {
        // A missing input is a fault already; the stage is read on only to find the other faults.
        Input from = input.orElse(new Input.Stage(0));
        return switch (node.path("kind").asText()) {
            case "text2img" -> new Operation.Text2Img(whole("width"), whole("height"));
            case "img2img" -> new Operation.Img2Img(from, strength(steps));
            default -> new Operation.Upscale(from, whole("noise_level"));
        };
    }

    private Optional<Integer> whole(String field) {
        return node.has(field) ? Optional.of(node.path(field).asInt()) : Optional.empty();
    }

    /**
     * diffusers rounds {@code steps * strength} down; with nothing left to do its pipelines fail
     * inside the VAE.
     */
    private double strength(int steps) {
        double strength = node.path("strength").asDouble(0.8);
        if ((int) (steps * strength) < 1) {
            faults.add(
                    path("strength"),
                    "%s of %d num_inference_steps leaves no step to run; must be at least %s",
                    strength,
                    steps,
                    1.0 / steps);
        }
        return strength;
    }

    private Seed seed(int images) {
        JsonNode seed = node.path("seed");
        if (seed.isMissingNode()) {
            return new Seed.Minted();
        }
        if (!seed.isArray()) {
            return new Seed.Single(seed.asLong());
        }
        List<Long> seeds = new ArrayList<>();
        seed.forEach(entry -> seeds.add(entry.asLong()));
        if (seeds.size() != images) {
            faults.add(
                    path("seed"),
                    "has %d entries; the stage makes %d pictures, so it must have %d",
                    seeds.size(),
                    images,
                    images);
        }
        return new Seed.PerImage(List.copyOf(seeds));
    }

    private Map<String, Object> schedulerOptions() {
        Map<String, Object> options = new TreeMap<>();
        node.path("scheduler_options")
                .properties()
                .forEach(entry -> options.put(entry.getKey(), optionValue(entry.getValue())));
        return options;
    }

    private static Object optionValue(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        if (value.isArray()) {
            return value.valueStream().map(StageReading::optionValue).toList();
        }
        return value.isNumber() ? (Object) value.doubleValue() : value.asText();
    }
}
