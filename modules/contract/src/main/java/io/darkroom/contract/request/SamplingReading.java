package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.request.ValidStage.Sampling;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads how a stage denoises, and checks that its steps, strength and cuts leave something to do. */
final class SamplingReading {
    private final JsonNode node;
    private final String path;
    private final Faults faults;

    /**
     * @param path of the stage, ending with a dot
     */
    SamplingReading(JsonNode node, String path, Faults faults) {
        this.node = node;
        this.path = path;
        this.faults = faults;
    }

    Sampling read() {
        Optional<Integer> steps = whole("num_inference_steps");
        Sampling sampling = new Sampling(
                steps.orElseGet(
                        () -> StageKind.ofWireName(node.path("kind").asText()).defaultSteps()),
                steps.isEmpty(),
                number("guidance_scale"),
                node.path("guidance_rescale").asDouble(0),
                node.path("eta").asDouble(0),
                number("denoising_start"),
                number("denoising_end"),
                Optional.ofNullable(node.path("scheduler").textValue()),
                schedulerOptions(),
                new ValidStage.PriorOptions(whole("prior_num_inference_steps"), number("prior_guidance_scale")));
        checkSpan(sampling);
        return sampling;
    }

    /** Two cuts that leave nothing between them; at 0 and 1 there is no cut. */
    private void checkSpan(Sampling sampling) {
        double end = sampling.denoisingEnd().filter(fraction -> fraction > 0).orElse(1.0);
        double start = sampling.denoisingStart().orElse(0.0);
        if (end < 1 && sampling.startsInTheMiddle() && start >= end) {
            faults.add(path + "denoising_start", "%s must be below denoising_end, which is %s", start, end);
        }
    }

    private static boolean leavesNoStep(int steps, double strength) {
        return (int) (steps * strength) < 1;
    }

    /**
     * diffusers rounds {@code steps * strength} down; with nothing left to do its pipelines fail
     * inside the VAE. A strength that the request leaves out is the model's, so the planner judges it.
     */
    Optional<Double> strength(Sampling sampling) {
        int steps = sampling.numInferenceSteps();
        JsonNode given = node.path("strength");
        for (int i = 0; i < given.size(); i++) {
            checkStrength("strength[" + i + "]", given.path(i).asDouble(), steps, sampling);
        }
        Optional<Double> strength = number("strength");
        if (!given.isArray()) {
            strength.ifPresent(value -> checkStrength("strength", value, steps, sampling));
        }
        return strength;
    }

    private void checkStrength(String field, double strength, int steps, Sampling sampling) {
        if (!sampling.startsInTheMiddle() && leavesNoStep(steps, strength)) {
            faults.add(
                    path + field,
                    "%s of %d num_inference_steps leaves no step to run; must be at least %s",
                    strength,
                    steps,
                    1.0 / steps);
        }
    }

    private Map<String, Object> schedulerOptions() {
        Map<String, Object> options = new TreeMap<>();
        node.path("scheduler_options").properties().forEach(entry -> {
            checkRange("scheduler_options." + entry.getKey(), entry.getValue());
            options.put(entry.getKey(), optionValue(entry.getValue()));
        });
        return options;
    }

    /** A whole number beyond a long would become another one. */
    private void checkRange(String field, JsonNode value) {
        if (value.isIntegralNumber() && !value.canConvertToLong()) {
            faults.add(path + field, "%s is outside %d..%d", value, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        for (int i = 0; i < value.size(); i++) {
            checkRange(field + "[" + i + "]", value.path(i));
        }
    }

    private static Object optionValue(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        if (value.isArray()) {
            return value.valueStream().map(SamplingReading::optionValue).toList();
        }
        return value.isNumber() ? (Object) value.doubleValue() : value.asText();
    }

    /** Of a list the first, for what holds for all of them. */
    private Optional<Double> number(String field) {
        JsonNode value = node.path(field);
        return value.isMissingNode()
                ? Optional.empty()
                : Optional.of((value.isArray() ? value.path(0) : value).asDouble());
    }

    private Optional<Integer> whole(String field) {
        return node.has(field) ? Optional.of(node.path(field).asInt()) : Optional.empty();
    }
}
