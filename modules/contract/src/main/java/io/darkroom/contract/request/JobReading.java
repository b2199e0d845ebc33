package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.request.ValidStage.Sampling;
import io.darkroom.contract.request.ValidStage.Seed;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.ImageFormat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads a document that its schema allows: fills in defaults and checks the rules between fields.
 */
final class JobReading {
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(7);
    private static final int MAX_IMAGES_PER_STAGE = 64;

    private final JsonNode root;
    private final UriPolicy uriPolicy;
    private final String tenant;
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Integer> positionOfStage = new HashMap<>();
    private int uriFaults;

    JobReading(JsonNode root, UriPolicy uriPolicy) {
        this.root = root;
        this.uriPolicy = uriPolicy;
        this.tenant = root.path("tenant").asText(Envelope.DEFAULT_TENANT);
    }

    ParsedRequest read() {
        String id = root.path("id").asText();
        Duration deadline = deadline();
        List<ValidStage> stages = stages();
        String output = root.path("output").path("uri").asText();
        addUriFault("output.uri", output, uriPolicy.faultOfOutput(tenant, output));
        if (!faults.isEmpty()) {
            return new ParsedRequest.Refused(
                    new Envelope(Optional.of(tenant), Optional.of(id)),
                    uriFaults == faults.size()
                            ? ErrorCode.URI_NOT_ALLOWED
                            : ErrorCode.INVALID_REQUEST,
                    List.copyOf(faults));
        }
        ImageFormat format =
                root.path("output").path("format").asText("png").equals("jpeg")
                        ? ImageFormat.IMAGE_FORMAT_JPEG
                        : ImageFormat.IMAGE_FORMAT_PNG;
        ValidJob job =
                new ValidJob(tenant, id, deadline, labels(), stages, output, format, contentHash());
        return new ParsedRequest.Accepted(job);
    }

    private void addUriFault(String path, String uri, Optional<String> fault) {
        fault.ifPresent(
                message -> {
                    uriFaults++;
                    faults.add(new Fault(path, uri + ": " + message));
                });
    }

    private Duration deadline() {
        Duration deadline = Duration.parse(root.path("deadline").asText("PT1H"));
        if (deadline.isZero() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            faults.add(new Fault("deadline", deadline + " is outside PT0.001S..P7D"));
        }
        return deadline;
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        root.path("labels")
                .properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        return labels;
    }

    private List<ValidStage> stages() {
        JsonNode nodes = root.path("stages");
        List<Optional<Input>> inputs = new ArrayList<>();
        for (int position = 0; position < nodes.size(); position++) {
            inputs.add(input(nodes.get(position), position));
            nameStage(nodes.get(position), position);
        }
        Set<Integer> consumed = new HashSet<>();
        inputs.forEach(
                input ->
                        input.ifPresent(
                                from -> {
                                    if (from instanceof Input.Stage stage) {
                                        consumed.add(stage.stagePosition());
                                    }
                                }));
        List<ValidStage> stages = new ArrayList<>();
        for (int position = 0; position < nodes.size(); position++) {
            stages.add(
                    stage(
                            nodes.get(position),
                            position,
                            inputs.get(position),
                            !consumed.contains(position),
                            stages));
        }
        return stages;
    }

    private void nameStage(JsonNode node, int position) {
        Integer earlier = positionOfStage.putIfAbsent(stageId(node, position), position);
        if (earlier != null) {
            faults.add(
                    new Fault(
                            "stages[" + position + "].id",
                            stageId(node, position)
                                    + " is also the id of stages["
                                    + earlier
                                    + "]; ids must differ"));
        }
    }

    private static String stageId(JsonNode node, int position) {
        return node.path("id").asText(Integer.toString(position));
    }

    private Optional<Input> input(JsonNode node, int position) {
        if (node.path("kind").asText().equals("text2img")) {
            return Optional.empty();
        }
        String path = "stages[" + position + "].input";
        if (!node.has("input")) {
            if (position == 0) {
                faults.add(
                        new Fault(
                                path,
                                "is missing; the first stage has no stage before it, so name a"
                                        + " picture's URI"));
                return Optional.empty();
            }
            return Optional.of(new Input.Stage(position - 1));
        }
        String text = node.path("input").asText();
        if (text.contains(":")) {
            addUriFault(path, text, uriPolicy.faultOfInput(tenant, text));
            return Optional.of(new Input.Uri(text));
        }
        Integer earlier = positionOfStage.get(text);
        if (earlier == null) {
            faults.add(
                    new Fault(
                            path,
                            text
                                    + " is neither a URI nor the id of an earlier stage"
                                    + (positionOfStage.isEmpty()
                                            ? ""
                                            : " ("
                                                    + String.join(", ", positionOfStage.keySet())
                                                    + ")")));
            return Optional.empty();
        }
        return Optional.of(new Input.Stage(earlier));
    }

    private ValidStage stage(
            JsonNode node,
            int position,
            Optional<Input> input,
            boolean publishByDefault,
            List<ValidStage> earlier) {
        String kind = node.path("kind").asText();
        boolean upscale = kind.equals("upscale");
        int perPrompt = node.path("num_images_per_prompt").asInt(1);
        int images = perPrompt * input.map(from -> imagesOf(from, earlier)).orElse(1);
        int steps = node.path("num_inference_steps").asInt(upscale ? 75 : 50);
        String path = "stages[" + position + "].";
        if (images > MAX_IMAGES_PER_STAGE) {
            faults.add(
                    new Fault(
                            path + "num_images_per_prompt",
                            "the stage would make "
                                    + images
                                    + " pictures; at most "
                                    + MAX_IMAGES_PER_STAGE
                                    + " are allowed"));
        }
        Sampling sampling =
                new Sampling(
                        steps,
                        node.path("guidance_scale").asDouble(upscale ? 9.0 : 7.5),
                        node.path("eta").asDouble(0),
                        Optional.ofNullable(node.path("scheduler").textValue()),
                        options(node.path("scheduler_options")));
        return new ValidStage(
                position,
                stageId(node, position),
                node.path("publish").asBoolean(publishByDefault),
                node.path("model").asText(),
                node.path("prompt").asText(""),
                Optional.ofNullable(node.path("negative_prompt").textValue()),
                sampling,
                seed(node.path("seed"), path, images),
                perPrompt,
                images,
                operation(kind, node, input, steps, path));
    }

    private static int imagesOf(Input input, List<ValidStage> earlier) {
        return switch (input) {
            case Input.Uri _ -> 1;
            case Input.Stage stage -> earlier.get(stage.stagePosition()).images();
        };
    }

    private Operation operation(
            String kind, JsonNode node, Optional<Input> input, int steps, String path) {
        // A missing input is a fault already; the stage is read on only to find the other faults.
        Input from = input.orElse(new Input.Stage(0));
        return switch (kind) {
            case "text2img" ->
                    new Operation.Text2Img(pixels(node.path("width")), pixels(node.path("height")));
            case "img2img" -> new Operation.Img2Img(from, strength(node, steps, path));
            default -> new Operation.Upscale(from);
        };
    }

    /**
     * diffusers rounds {@code steps * strength} down; with nothing left to do its pipelines fail
     * inside the VAE.
     */
    private double strength(JsonNode node, int steps, String path) {
        double strength = node.path("strength").asDouble(0.8);
        if ((int) (steps * strength) < 1) {
            faults.add(
                    new Fault(
                            path + "strength",
                            strength
                                    + " of "
                                    + steps
                                    + " num_inference_steps leaves no step to run; must be at least"
                                    + " "
                                    + 1.0 / steps));
        }
        return strength;
    }

    private static Optional<Integer> pixels(JsonNode node) {
        return node.isMissingNode() ? Optional.empty() : Optional.of(node.asInt());
    }

    private Seed seed(JsonNode node, String path, int images) {
        if (node.isMissingNode()) {
            return new Seed.Minted();
        }
        if (!node.isArray()) {
            return new Seed.Single(node.asLong());
        }
        List<Long> seeds = new ArrayList<>();
        node.forEach(seed -> seeds.add(seed.asLong()));
        if (seeds.size() != images) {
            faults.add(
                    new Fault(
                            path + "seed",
                            "has "
                                    + seeds.size()
                                    + " entries; the stage makes "
                                    + images
                                    + " pictures, so it must have "
                                    + images));
        }
        return new Seed.PerImage(List.copyOf(seeds));
    }

    private static Map<String, Object> options(JsonNode node) {
        Map<String, Object> options = new TreeMap<>();
        node.properties()
                .forEach(
                        entry ->
                                options.put(
                                        entry.getKey(),
                                        switch (entry.getValue()) {
                                            case JsonNode value when value.isBoolean() ->
                                                    value.booleanValue();
                                            case JsonNode value when value.isIntegralNumber() ->
                                                    value.longValue();
                                            case JsonNode value when value.isNumber() ->
                                                    value.doubleValue();
                                            case JsonNode value -> value.asText();
                                        }));
        return options;
    }

    /** Over the tree with sorted keys, so that spacing and the order of fields do not matter. */
    private String contentHash() {
        try {
            byte[] canonical = Json.write(sorted(root));
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Object sorted(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> fields = new TreeMap<>();
            node.properties()
                    .forEach(entry -> fields.put(entry.getKey(), sorted(entry.getValue())));
            return fields;
        }
        if (node.isArray()) {
            List<Object> entries = new ArrayList<>();
            node.forEach(entry -> entries.add(sorted(entry)));
            return entries;
        }
        return node.isNumber() ? node.decimalValue().stripTrailingZeros() : node;
    }
}
