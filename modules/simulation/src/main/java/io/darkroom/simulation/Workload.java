package io.darkroom.simulation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.json.Json;
import io.darkroom.planner.Catalogue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs as clients send them: one to four stages, fused or over two pools, the fourth a sheet of what the three before it made. */
final class Workload {
    static final String BASE_POOL = "base";
    static final String LARGE_POOL = "large";
    static final List<String> POOLS = List.of(BASE_POOL, LARGE_POOL);
    static final List<String> PRIORITIES = List.of("interactive", "standard", "bulk");
    static final String TENANT = "shop";
    static final String OUTPUT = "s3://renders/";

    private static final String VAE = "a".repeat(64);

    private Workload() {}

    /**
     * One job.
     *
     * @param keep whether what its first stage makes is kept for the others, where another stage takes it
     * @param character what its work items do to their workers
     */
    record Job(
            String id,
            int stages,
            int pictures,
            Duration deadline,
            String priority,
            boolean keep,
            Character character) {
        byte[] request() {
            return request(pictures);
        }

        /** The same id, and another meaning. */
        byte[] conflictingRequest() {
            return request(pictures + 1);
        }

        /** How many pictures the job publishes. */
        int published() {
            return published(pictures);
        }

        int publishedByConflicting() {
            return published(pictures + 1);
        }

        private int published(int count) {
            int all = stages > 3 ? 3 * count + 1 : stages * count;
            return keeps() ? all - count : all;
        }

        private boolean keeps() {
            return keep && stages > 1;
        }

        byte[] cancellation() {
            return Json.write(control("cancel"));
        }

        byte[] reprioritisation(String newPriority) {
            return Json.write(control("reprioritise").put("priority", newPriority));
        }

        private ObjectNode control(String action) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("schema_version", 1)
                    .put("action", action)
                    .put("tenant", TENANT)
                    .put("id", id);
        }

        private byte[] request(int count) {
            ObjectNode job = JsonNodeFactory.instance.objectNode();
            job.put("schema_version", 1)
                    .put("id", id)
                    .put("tenant", TENANT)
                    .put("deadline", deadline.toString())
                    .put("priority", priority);
            ArrayNode stages = job.putArray("stages");
            ObjectNode first = stage(stages.addObject(), "text2img", "base").put("num_images_per_prompt", count);
            if (keeps()) {
                first.put("keep", true).put("publish", false).put("seed", 7);
            }
            if (this.stages > 1) {
                stage(stages.addObject(), "img2img", "base").put("strength", 0.5);
            }
            if (this.stages > 2) {
                stage(stages.addObject(), "upscale", "large");
            }
            if (this.stages > 3) {
                ObjectNode grid = stages.addObject().put("kind", "grid");
                grid.putArray("inputs").add("0").add("1").add("2");
            }
            job.putObject("output").put("uri", OUTPUT);
            return Json.write(job);
        }

        private static ObjectNode stage(ObjectNode stage, String kind, String model) {
            return stage.put("kind", kind)
                    .put("model", model)
                    .put("prompt", "x")
                    .put("num_inference_steps", 2)
                    .put("publish", true);
        }
    }

    /** What a job's work does. */
    enum Character {
        ORDINARY,
        /** Its input is no picture. */
        USERS_FAULT,
        /** It kills every process that starts it. */
        DEADLY
    }

    static Catalogue catalogue() {
        return Catalogue.of(Map.of(
                "base",
                entry(
                        "base",
                        ModelEntry.Family.STABLE_DIFFUSION,
                        List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG),
                        BASE_POOL),
                "large",
                entry("large", ModelEntry.Family.LATENT_UPSCALER, List.of(StageKind.UPSCALE), LARGE_POOL)));
    }

    private static ModelEntry entry(String name, ModelEntry.Family family, List<StageKind> kinds, String pool) {
        return ModelEntry.of(family, name, "b".repeat(64), pool)
                .kinds(kinds)
                .vae(Optional.of(VAE))
                .latents(4, 8)
                .size(64, 64, 8)
                .build();
    }
}
