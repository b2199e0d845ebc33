package io.darkroom.cli.generate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.contract.catalogue.StageKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a request of one stage, as {@code schemas/job-request.schema.json} says. */
public final class JobDocument {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private JobDocument() {}

    /**
     * @param input URI of the picture to start from; empty for text2img
     * @param mask URI of the mask; only with an input
     * @param embeds URIs of encoded prompts, by the names of the request's fields
     * @param outputUri ends with a slash
     * @param format {@code png} or {@code jpeg}
     */
    public static ObjectNode of(
            String id,
            StageKind kind,
            String model,
            Optional<String> input,
            Optional<String> mask,
            Map<String, String> embeds,
            StageParameters parameters,
            String outputUri,
            String format) {
        ObjectNode job = JSON.objectNode().put("schema_version", 1).put("id", id);
        ObjectNode stage = job.putArray("stages").addObject();
        stage.put("kind", kind.wireName()).put("model", model);
        input.ifPresent(uri -> stage.put("input", uri));
        mask.ifPresent(uri -> stage.put("mask", uri));
        embeds.forEach(stage::put);
        add(stage, parameters);
        job.putObject("output").put("uri", outputUri).put("format", format);
        return job;
    }

    static void addControlNets(ObjectNode job, List<NamedControlNet> nets, CatalogueNames names) {
        if (!nets.isEmpty()) {
            ArrayNode list = stage(job).putArray("controlnet");
            nets.forEach(net -> net.write(list.addObject(), names));
        }
    }

    /** The one stage of a job. */
    static ObjectNode stage(ObjectNode job) {
        return (ObjectNode) job.path("stages").path(0);
    }

    private static void add(ObjectNode stage, StageParameters parameters) {
        parameters.prompt().ifPresent(value -> stage.put("prompt", value));
        parameters.negativePrompt().ifPresent(value -> stage.put("negative_prompt", value));
        addList(stage, "strength", parameters.strength());
        addList(stage, "seed", parameters.seed());
        parameters.numInferenceSteps().ifPresent(value -> stage.put("num_inference_steps", value));
        addList(stage, "guidance_scale", parameters.guidanceScale());
        parameters.width().ifPresent(value -> stage.put("width", value));
        parameters.height().ifPresent(value -> stage.put("height", value));
        parameters.numImagesPerPrompt().ifPresent(value -> stage.put("num_images_per_prompt", value));
        parameters.noiseLevel().ifPresent(value -> stage.put("noise_level", value));
        parameters.eta().ifPresent(value -> stage.put("eta", value));
        parameters.scheduler().ifPresent(value -> stage.put("scheduler", value));
        parameters.further().forEach(stage::putPOJO);
        addSchedulerOptions(stage, parameters);
    }

    /** A single value as itself. */
    private static void addList(ObjectNode stage, String field, List<?> values) {
        if (!values.isEmpty()) {
            stage.putPOJO(field, values.size() == 1 ? values.getFirst() : values);
        }
    }

    private static void addSchedulerOptions(ObjectNode stage, StageParameters parameters) {
        if (parameters.schedulerOptions().isEmpty()) {
            return;
        }
        ObjectNode options = stage.putObject("scheduler_options");
        parameters.schedulerOptions().forEach((name, text) -> options.putPOJO(name, SamplerOptionValue.of(text)));
    }
}
