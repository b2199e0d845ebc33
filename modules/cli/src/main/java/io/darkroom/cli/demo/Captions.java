package io.darkroom.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.result.JobResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What stands below a job's pictures: a line with the stage's kind and model, what is special about
 * it, and its prompt where that is not the one of the picture before.
 */
final class Captions {
    private final JsonNode request;
    private final boolean sizesDiffer;
    private String lastPrompt = "";

    /** @param images all of the job's */
    Captions(JsonNode request, List<JobResult.Image> images) {
        this.request = request;
        this.sizesDiffer =
                images.stream().mapToInt(JobResult.Image::width).distinct().count() > 1;
    }

    /** Of the picture that stands behind those which were asked for so far. */
    String next(JobResult.Image image) {
        JsonNode stage = stage(image.stage());
        List<String> lines = new ArrayList<>();
        lines.add((stage.path("kind").asText() + " " + stage.path("model").asText()).strip());
        if (sizesDiffer) {
            lines.add(image.width() + " x " + image.height());
        }
        strength(stage, image).ifPresent(strength -> lines.add("strength " + strength));
        if (stage.has("scheduler")) {
            lines.add(stage.path("num_inference_steps").asText() + " steps");
            lines.add(stage.path("scheduler").asText());
        }
        lines.addAll(added(stage));
        String prompt = stage.path("prompt").asText();
        if (!prompt.equals(lastPrompt)) {
            lines.add(prompt);
            lastPrompt = prompt;
        }
        return String.join("\n", lines).strip();
    }

    /** The result names it where a stage has several. */
    private static Optional<Double> strength(JsonNode stage, JobResult.Image image) {
        return image.strength()
                .or(() -> Optional.of(stage.path("strength"))
                        .filter(JsonNode::isNumber)
                        .map(JsonNode::asDouble));
    }

    private JsonNode stage(String id) {
        return StreamSupport.stream(request.path("stages").spliterator(), false)
                .filter(stage -> stage.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** Names of ControlNets, LoRAs and learned words. */
    private static List<String> added(JsonNode stage) {
        List<String> names = new ArrayList<>();
        stage.path("controlnet").forEach(net -> names.add(net.path("model").asText()));
        stage.path("loras").forEach(lora -> names.add(lora.path("model").asText()));
        stage.path("textual_inversions").forEach(name -> names.add(name.asText()));
        return names;
    }
}
