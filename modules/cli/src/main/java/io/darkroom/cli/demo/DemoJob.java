package io.darkroom.cli.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;

/** The job that the demo submits: a chain of two models over three stages. */
public final class DemoJob {
    public static final String BASE = "tiny-emoji";
    public static final String UPSCALER = "tiny-x2-latent";

    /** Steps of each stage, as many as a job of one's own would have. */
    public static final int STEPS = 20;

    public static final String TENANT = "default";
    private static final String SUBJECT = "a panda on a green background";

    private DemoJob() {}

    /**
     * The request as any client would write it.
     *
     * @param pictures how many of each stage
     * @param seed of the first picture of the first stage; the others follow it
     * @param output ends with a slash
     */
    public static ObjectNode document(String id, int pictures, long seed, URI output) {
        ObjectNode job = JsonNodeFactory.instance.objectNode();
        job.put("schema_version", 1).put("id", id).put("deadline", "PT10M");
        job.putObject("labels").put("made_by", "darkroom demo");
        var stages = job.putArray("stages");
        addDraft(stages.addObject(), pictures, seed);
        stages.addObject()
                .put("id", "restyled")
                .put("kind", "img2img")
                .put("model", BASE)
                .put("prompt", SUBJECT + ", watercolor")
                .put("publish", true)
                .put("strength", 0.6)
                .put("num_inference_steps", STEPS)
                .put("guidance_scale", 5.0)
                .put("seed", seed);
        stages.addObject()
                .put("id", "large")
                .put("kind", "upscale")
                .put("model", UPSCALER)
                .put("prompt", SUBJECT + ", watercolor")
                .put("num_inference_steps", STEPS)
                .put("guidance_scale", 1.0)
                .put("seed", seed);
        job.putObject("output").put("uri", output.toString()).put("format", "png");
        return job;
    }

    private static void addDraft(ObjectNode stage, int pictures, long seed) {
        stage.put("id", "draft")
                .put("kind", "text2img")
                .put("model", BASE)
                .put("prompt", SUBJECT)
                .put("publish", true)
                .put("num_images_per_prompt", pictures)
                .put("num_inference_steps", STEPS)
                .put("guidance_scale", 5.0);
        var seeds = stage.putArray("seed");
        for (int picture = 0; picture < pictures; picture++) {
            seeds.add(seed + picture);
        }
    }
}
