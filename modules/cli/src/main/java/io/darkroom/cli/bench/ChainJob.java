package io.darkroom.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.stream.LongStream;

/** The job that is measured: a chain of two models over three stages. */
final class ChainJob {
    static final String BASE = "tiny-emoji";
    static final String UPSCALER = "tiny-x2-latent";

    /** Steps of each stage, as many as a job of one's own would have. */
    static final int STEPS = 20;

    private static final String SUBJECT = "a red fox on a blue background";
    private static final String STYLED = SUBJECT + ", comic";

    private ChainJob() {}

    /**
     * The request as any client would write it.
     *
     * @param pictures how many of each stage
     * @param seed of the first picture of each stage; those of the others follow it
     * @param output ends with a slash
     */
    static ObjectNode document(String id, int pictures, long seed, URI output) {
        ObjectNode job = JsonNodeFactory.instance.objectNode();
        job.put("schema_version", 1).put("id", id).put("deadline", "PT10M");
        job.putObject("labels").put("made_by", "darkroom bench");
        ArrayNode stages = job.putArray("stages");
        stage(stages, "draft", "text2img", BASE, SUBJECT)
                .put("num_images_per_prompt", pictures)
                .put("guidance_scale", 5.0);
        stage(stages, "restyled", "img2img", BASE, STYLED).put("strength", 0.75).put("guidance_scale", 5.0);
        stage(stages, "large", "upscale", UPSCALER, STYLED).put("guidance_scale", 0.0);
        for (JsonNode stage : stages) {
            ArrayNode seeds = ((ObjectNode) stage).putArray("seed");
            LongStream.range(0, pictures).forEach(picture -> seeds.add(seed + picture));
        }
        job.putObject("output").put("uri", output.toString()).put("format", "png");
        return job;
    }

    private static ObjectNode stage(ArrayNode stages, String id, String kind, String model, String prompt) {
        return stages.addObject()
                .put("id", id)
                .put("kind", kind)
                .put("model", model)
                .put("prompt", prompt)
                .put("publish", true)
                .put("num_inference_steps", STEPS);
    }
}
