package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.ImageFormat;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads a document that its schema allows, stage by stage, and checks the rules between stages. */
final class JobReading {
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(7);

    private final JsonNode root;
    private final UriPolicy uriPolicy;
    private final String tenant;
    private final Faults faults = new Faults();
    private final Map<String, Integer> positionOfStage = new LinkedHashMap<>();

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
        faults.addUri("output.uri", output, uriPolicy.faultOfOutput(tenant, output));
        if (!faults.isEmpty()) {
            Envelope envelope = new Envelope(Optional.of(tenant), Optional.of(id));
            return new ParsedRequest.Refused(envelope, faults.code(), faults.all());
        }
        return new ParsedRequest.Accepted(
                new ValidJob(tenant, id, deadline, labels(), stages, output, format(), contentHash()));
    }

    private Duration deadline() {
        Duration deadline = Duration.parse(root.path("deadline").asText("PT1H"));
        if (deadline.isZero() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            faults.add("deadline", "%s is outside PT0.001S..P7D", deadline);
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

    private ImageFormat format() {
        return root.path("output").path("format").asText("png").equals("jpeg")
                ? ImageFormat.IMAGE_FORMAT_JPEG
                : ImageFormat.IMAGE_FORMAT_PNG;
    }

    private List<ValidStage> stages() {
        List<StageReading> readings = new ArrayList<>();
        List<Optional<Input>> inputs = new ArrayList<>();
        for (JsonNode node : root.path("stages")) {
            int position = readings.size();
            StageReading reading = new StageReading(node, position, faults);
            readings.add(reading);
            inputs.add(input(reading, position));
            reading.maskText()
                    .ifPresent(uri -> faults.addUri(reading.path("mask"), uri, uriPolicy.faultOfInput(tenant, uri)));
            reading.embeds()
                    .given()
                    .forEach((field, uri) ->
                            faults.addUri(reading.path(field), uri, uriPolicy.faultOfInput(tenant, uri)));
            rememberId(reading, position);
        }
        Set<Integer> consumed = consumed(inputs);
        List<ValidStage> stages = new ArrayList<>();
        for (int position = 0; position < readings.size(); position++) {
            Optional<Input> input = inputs.get(position);
            int inputImages = input.map(from -> imagesOf(from, stages)).orElse(1);
            stages.add(readings.get(position).read(input, inputImages, !consumed.contains(position)));
        }
        return stages;
    }

    private void rememberId(StageReading stage, int position) {
        Integer earlier = positionOfStage.putIfAbsent(stage.id(), position);
        if (earlier != null) {
            faults.add(stage.path("id"), "%s is also the id of stages[%d]; ids must differ", stage.id(), earlier);
        }
    }

    /**
     * Called before the stage's own id is remembered, so that a stage can name earlier ones only.
     */
    private Optional<Input> input(StageReading stage, int position) {
        if (stage.startsFromNoise()) {
            return Optional.empty();
        }
        return stage.inputText().map(text -> namedInput(stage, text)).orElseGet(() -> stageBefore(stage, position));
    }

    private Optional<Input> stageBefore(StageReading stage, int position) {
        if (position == 0) {
            faults.add(
                    stage.path("input"), "is missing; the first stage has no stage before it, so name a picture's URI");
            return Optional.empty();
        }
        return Optional.of(new Input.Stage(position - 1));
    }

    private Optional<Input> namedInput(StageReading stage, String text) {
        if (text.contains(":")) {
            faults.addUri(stage.path("input"), text, uriPolicy.faultOfInput(tenant, text));
            return Optional.of(new Input.Uri(text));
        }
        Optional<Integer> earlier = Optional.ofNullable(positionOfStage.get(text));
        if (earlier.isEmpty()) {
            faults.add(
                    stage.path("input"),
                    "%s is neither a URI nor the id of an earlier stage (%s)",
                    text,
                    positionOfStage.isEmpty() ? "there is none" : String.join(", ", positionOfStage.keySet()));
        }
        return earlier.map(Input.Stage::new);
    }

    private static Set<Integer> consumed(List<Optional<Input>> inputs) {
        Set<Integer> positions = new HashSet<>();
        for (Optional<Input> input : inputs) {
            if (input.isPresent() && input.get() instanceof Input.Stage(int position)) {
                positions.add(position);
            }
        }
        return positions;
    }

    private static int imagesOf(Input input, List<ValidStage> earlier) {
        return switch (input) {
            case Input.Uri _ -> 1;
            case Input.Stage(int position) -> earlier.get(position).images();
        };
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
            node.properties().forEach(entry -> fields.put(entry.getKey(), sorted(entry.getValue())));
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
