package io.darkroom.pipelines;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A request that diffusers has run, and what came out: see the README beside the data.
 *
 * @param folder where {@code cases.json} and the results lie; inputs may lie above it
 */
record GoldenCase(Path folder, JsonNode json) {
    static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The cases of {@code golden/cases.json} and of {@code golden/<family>/cases.json}. */
    static List<GoldenCase> all() throws IOException {
        List<GoldenCase> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(FOLDER, 2)) {
            for (Path file :
                    files.filter(path -> path.endsWith("cases.json")).sorted().toList()) {
                JSON.readTree(file.toFile()).forEach(json -> all.add(new GoldenCase(file.getParent(), json)));
            }
        }
        return all;
    }

    static GoldenCase named(String name) throws IOException {
        return all().stream()
                .filter(golden -> golden.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The case whose latents this one starts from. */
    Optional<String> after() {
        return Optional.ofNullable(json.get("after")).map(JsonNode::asText);
    }

    String name() {
        return json.get("name").asText();
    }

    /** Checkpoint and kind. */
    String family() {
        return checkpoint() + " " + json.get("kind").asText();
    }

    String checkpoint() {
        return json.get("checkpoint").asText();
    }

    StageCall call(ModelFolder model) {
        int images = json.path("num_images_per_prompt").asInt(1);
        return switch (json.get("kind").asText()) {
            case "text2img" ->
                new StageCall.Text2Img(model, prompt(), sampling(), seeds(), images, size("width"), size("height"));
            case "img2img" ->
                new StageCall.Img2Img(
                        model,
                        prompt(),
                        sampling(),
                        seeds(),
                        images,
                        json.get("strength").asDouble());
            case "upscale" ->
                model.family() == ModelFamily.LATENT_UPSCALE
                        ? new StageCall.LatentUpscale(model, prompt(), sampling(), seeds())
                        : new StageCall.Upscale(
                                model,
                                prompt(),
                                sampling(),
                                seeds(),
                                images,
                                json.path("noise_level").asInt(20));
            default -> throw new IllegalArgumentException(name());
        };
    }

    Optional<Picture> input(ModelFolder model) throws Exception {
        if (json.hasNonNull("latents")) {
            Tensor latents = tensor(json.get("latents").asText(), json.get("latents_shape"));
            return Optional.of(new Picture.Latents(latents, model.vaeDigest()));
        }
        return json.hasNonNull("images")
                ? Optional.of(new Picture.Images(images(json.get("images"))))
                : Optional.empty();
    }

    List<RgbImage> expectedImages() throws Exception {
        return images(json.get("out_images"));
    }

    Tensor expectedLatents() throws IOException {
        return tensor(json.get("out_latents").asText(), json.get("out_shape"));
    }

    private Prompt prompt() {
        return new Prompt(
                json.get("prompt").asText(),
                Optional.ofNullable(json.get("negative_prompt")).map(JsonNode::asText));
    }

    private Sampling sampling() {
        return new Sampling(
                json.get("num_inference_steps").asInt(),
                json.get("guidance_scale").asDouble(),
                json.path("eta").asDouble(0),
                Optional.ofNullable(json.get("scheduler")).map(JsonNode::asText),
                json.has("scheduler_options")
                        ? JSON.convertValue(json.get("scheduler_options"), new TypeReference<Map<String, Object>>() {})
                        : Map.of());
    }

    private Seeds seeds() {
        JsonNode seed = json.get("seed");
        if (!seed.isArray()) {
            return Seeds.of(seed.asLong());
        }
        return new Seeds.PerImage(StreamSupport.stream(seed.spliterator(), false)
                .map(JsonNode::asLong)
                .toList());
    }

    private OptionalInt size(String field) {
        return json.hasNonNull(field) ? OptionalInt.of(json.get(field).asInt()) : OptionalInt.empty();
    }

    private List<RgbImage> images(JsonNode names) throws Exception {
        List<RgbImage> images = new ArrayList<>();
        for (JsonNode name : names) {
            images.add(ImageReading.read(bytes(name.asText()), ImageLimits.standard()));
        }
        return images;
    }

    /** A file of this family, or one that several share. */
    private byte[] bytes(String file) throws IOException {
        Path own = folder.resolve(file);
        return Files.readAllBytes(Files.exists(own) ? own : FOLDER.resolve(file));
    }

    private Tensor tensor(String file, JsonNode shape) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return Tensor.of(values, JSON.convertValue(shape, int[].class));
    }

    @Override
    public String toString() {
        return name();
    }
}
