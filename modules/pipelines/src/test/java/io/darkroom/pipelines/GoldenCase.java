package io.darkroom.pipelines;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.lora.AppliedLora;
import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.ServedModel;
import io.darkroom.pipelines.MicroConditions.Pair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
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
        return all("cases.json");
    }

    /** Kandinsky's with prior and decoder as two stages. */
    static List<GoldenCase> chained() throws IOException {
        return all("chained.json");
    }

    private static List<GoldenCase> all(String name) throws IOException {
        List<GoldenCase> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(FOLDER, 2)) {
            for (Path file : files.filter(path -> path.endsWith(name)).sorted().toList()) {
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

    /** The case's model: its checkpoint, with what the case changes in its configuration files. */
    ModelFolder model() throws Exception {
        return ModelFolder.open(Checkpoints.with(checkpoint(), changes()));
    }

    private Map<String, JsonNode> changes() {
        Map<String, JsonNode> changes = new TreeMap<>();
        if (json.has("vae_config")) {
            changes.put("vae_decoder/config.json", json.get("vae_config"));
        }
        if (json.has("model_index")) {
            changes.put("model_index.json", json.get("model_index"));
        }
        return changes;
    }

    StageCall call(ModelFolder model) throws Exception {
        int images = json.path("num_images_per_prompt").asInt(1);
        if (model.family() == ModelFamily.KANDINSKY) {
            return kandinskyCallWithPrompt(model);
        }
        return switch (json.get("kind").asText()) {
            case "text2img" ->
                new StageCall.Text2Img(
                        model,
                        prompt(),
                        sampling(),
                        seeds(),
                        images,
                        size("width"),
                        size("height"),
                        micro(),
                        controls());
            case "img2img" ->
                new StageCall.Img2Img(
                        model,
                        prompt(),
                        sampling(),
                        seeds(),
                        images,
                        json.get("strength").asDouble(),
                        micro(),
                        controls());
            case "inpaint" ->
                new StageCall.Inpaint(
                        model,
                        prompt(),
                        sampling(),
                        seeds(),
                        images,
                        json.get("strength").asDouble(),
                        size("width"),
                        size("height"),
                        ImageReading.read(bytes(json.get("mask").asText()), ImageLimits.standard()));
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

    /** Prior and decoder in one stage. */
    StageCall kandinskyCallWithPrompt(ModelFolder model) throws Exception {
        PriorSampling sampling = new PriorSampling(
                json.get("prior_num_inference_steps").asInt(),
                json.get("prior_guidance_scale").asDouble());
        return kandinskyCall(
                model, json.path("num_images_per_prompt").asInt(1), prompt(), new EmbeddingSource.OfPrompt(sampling));
    }

    /** What diffusers' prior gives. */
    Tensor expectedEmbeds(String name) throws IOException {
        return states(json.get("out_" + name));
    }

    /** The stage before a decoder's. */
    PriorCall priorCall(ServedModel model) {
        JsonNode prior = json.get("prior");
        return new PriorCall(
                model,
                new Prompt(
                        prior.get("prompt").asText(),
                        Optional.ofNullable(prior.get("negative_prompt")).map(JsonNode::asText),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty()),
                new PriorSampling(
                        prior.get("num_inference_steps").asInt(),
                        prior.get("guidance_scale").asDouble()),
                seeds(prior.get("seed")),
                prior.path("num_images_per_prompt").asInt(1));
    }

    /** The decoder's stage. */
    StageCall decoderCall(ModelFolder model, Picture.Embeddings made) throws Exception {
        int images = json.path("num_images_per_prompt").asInt(1);
        return kandinskyCall(model, images, Prompt.of(""), new EmbeddingSource.Made(made));
    }

    private StageCall kandinskyCall(ModelFolder model, int images, Prompt prompt, EmbeddingSource source)
            throws Exception {
        int width = json.get("width").asInt();
        int height = json.get("height").asInt();
        return json.has("strength")
                ? new StageCall.KandinskyImg2Img(
                        model,
                        prompt,
                        sampling(),
                        seeds(),
                        images,
                        json.get("strength").asDouble(),
                        width,
                        height,
                        source)
                : new StageCall.KandinskyText2Img(model, prompt, sampling(), seeds(), images, width, height, source);
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

    /** What Darkroom makes of it. */
    List<RgbImage> picturesOn(Device device) throws Exception {
        Pipelines pipelines = new Pipelines(device);
        ModelFolder model = model();
        StageOutcome outcome = pipelines.run(call(model), adapters(), input(model), StageListener.SILENT);
        return pipelines.decode(model, outcome.latents()).images().images();
    }

    List<RgbImage> expectedImages() throws Exception {
        return images(json.get("out_images"));
    }

    Tensor expectedLatents() throws IOException {
        return tensor(json.get("out_latents").asText(), json.get("out_shape"));
    }

    private Prompt prompt() throws IOException {
        return new Prompt(
                        json.get("prompt").asText(),
                        text("negative_prompt"),
                        text("prompt_2"),
                        text("negative_prompt_2"),
                        size("clip_skip"))
                .withSyntax(PromptSyntax.valueOf(
                        json.path("prompt_syntax").asText("plain").toUpperCase(Locale.ROOT)))
                .withEmbeds(
                        states("prompt_embeds", "pooled_prompt_embeds"),
                        states("negative_prompt_embeds", "negative_pooled_prompt_embeds"));
    }

    private Optional<TextStates> states(String field, String pooledField) throws IOException {
        if (!json.has(field)) {
            return Optional.empty();
        }
        return Optional.of(new TextStates(
                states(json.get(field)),
                json.has(pooledField) ? Optional.of(states(json.get(pooledField))) : Optional.empty()));
    }

    /** What is added to the model. */
    Adapters adapters() throws IOException {
        List<TextualInversion> inversions = new ArrayList<>();
        for (JsonNode inversion : json.path("textual_inversions")) {
            List<Optional<Tensor>> vectors = new ArrayList<>();
            for (JsonNode given : inversion.get("vectors")) {
                vectors.add(given.isNull() ? Optional.empty() : Optional.of(states(given)));
            }
            String token = inversion.get("token").asText();
            inversions.add(new TextualInversion(token, token, vectors));
        }
        List<AppliedLora> loras = new ArrayList<>();
        for (JsonNode lora : json.path("loras")) {
            Path file = folder.resolve(lora.get("file").asText());
            loras.add(new AppliedLora(
                    lora.get("file").asText(),
                    lora.get("file").asText(),
                    lora.get("scale").asDouble(),
                    () -> LoraFiles.read(file)));
        }
        return new Adapters(inversions, loras);
    }

    private Tensor states(JsonNode given) throws IOException {
        return tensor(given.get("file").asText(), given.get("shape"));
    }

    private Optional<String> text(String field) {
        return Optional.ofNullable(json.get(field)).map(JsonNode::asText);
    }

    private MicroConditions micro() {
        return new MicroConditions(
                pair("original_size"),
                pair("crops_coords_top_left").orElse(Pair.ZERO),
                pair("target_size"),
                pair("negative_original_size"),
                pair("negative_crops_coords_top_left").orElse(Pair.ZERO),
                pair("negative_target_size"),
                json.path("aesthetic_score").asDouble(6.0),
                json.path("negative_aesthetic_score").asDouble(2.5));
    }

    private Optional<Pair> pair(String field) {
        return Optional.ofNullable(json.get(field))
                .map(pair -> new Pair(pair.get(0).asInt(), pair.get(1).asInt()));
    }

    private Controls controls() throws Exception {
        List<Control> nets = new ArrayList<>();
        for (JsonNode net : json.path("controlnet")) {
            nets.add(new Control(
                    ControlNetFolder.open(
                            Checkpoints.folder(net.get("checkpoint").asText())),
                    images(net.get("images")),
                    net.path("conditioning_scale").asDouble(1),
                    net.path("guidance_start").asDouble(0),
                    net.path("guidance_end").asDouble(1)));
        }
        return new Controls(nets, json.path("guess_mode").asBoolean());
    }

    private OptionalDouble fraction(String field) {
        return json.has(field) ? OptionalDouble.of(json.get(field).asDouble()) : OptionalDouble.empty();
    }

    private Sampling sampling() {
        return new Sampling(
                json.get("num_inference_steps").asInt(),
                json.get("guidance_scale").asDouble(),
                json.path("eta").asDouble(0),
                text("scheduler"),
                json.has("scheduler_options")
                        ? JSON.convertValue(json.get("scheduler_options"), new TypeReference<Map<String, Object>>() {})
                        : Map.of(),
                json.path("guidance_rescale").asDouble(0),
                new DenoisingSpan(fraction("denoising_start"), fraction("denoising_end")));
    }

    private Seeds seeds() {
        return seeds(json.get("seed"));
    }

    private static Seeds seeds(JsonNode seed) {
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
