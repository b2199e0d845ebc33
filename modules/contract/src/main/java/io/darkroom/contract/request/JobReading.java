package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.StageReading.NamedText;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.ImageFormat;
import io.darkroom.contract.wire.Priority;
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
        Optional<Duration> deadline = deadline();
        List<ValidStage> stages = stages();
        String output = root.path("output").path("uri").asText();
        faults.addUri("output.uri", output, uriPolicy.faultOfOutput(tenant, output));
        if (!faults.isEmpty()) {
            Envelope envelope = new Envelope(Optional.of(tenant), Optional.of(id));
            return new ParsedRequest.Refused(envelope, faults.code(), faults.all());
        }
        return new ParsedRequest.Accepted(
                new ValidJob(tenant, id, deadline, priority(), labels(), stages, output, format(), contentHash()));
    }

    private Optional<Duration> deadline() {
        if (!root.has("deadline")) {
            return Optional.empty();
        }
        Duration deadline = Duration.parse(root.path("deadline").asText());
        if (deadline.isZero() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            faults.add("deadline", "%s is outside PT0.001S..P7D", deadline);
        }
        return Optional.of(deadline);
    }

    private Optional<Priority> priority() {
        return root.has("priority")
                ? Optional.of(PriorityName.read(root.path("priority").asText()))
                : Optional.empty();
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
        List<List<NamedInput>> inputs = new ArrayList<>();
        for (JsonNode node : root.path("stages")) {
            int position = readings.size();
            StageReading reading = new StageReading(node, position, faults);
            readings.add(reading);
            inputs.add(inputs(reading, position));
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
            int inputImages = images(inputs.get(position), stages);
            stages.add(readings.get(position).read(inputs.get(position), inputImages, !consumed.contains(position)));
        }
        new TakenReading(readings, inputs, faults).check(stages);
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
    private List<NamedInput> inputs(StageReading stage, int position) {
        List<NamedInput> inputs = new ArrayList<>();
        List<NamedText> texts = stage.inputTexts();
        for (NamedText named : texts) {
            namedInput(stage.path(named.field()), named.text())
                    .ifPresent(from -> inputs.add(new NamedInput(named.role(), from)));
        }
        stage.pictureField()
                .filter(field -> texts.stream().noneMatch(named -> named.role().equals(field)))
                .ifPresent(field -> stageBefore(stage.path(field), position)
                        .ifPresent(from -> inputs.addFirst(new NamedInput(field, from))));
        return inputs;
    }

    private Optional<Input> stageBefore(String path, int position) {
        if (position == 0) {
            faults.add(path, "is missing; the first stage has no stage before it, so name a picture's URI");
            return Optional.empty();
        }
        return Optional.of(new Input.Stage(position - 1));
    }

    private Optional<Input> namedInput(String path, String text) {
        if (text.contains(":")) {
            faults.addUri(path, text, uriPolicy.faultOfInput(tenant, text));
            return Optional.of(new Input.Uri(text));
        }
        Optional<Integer> earlier = Optional.ofNullable(positionOfStage.get(text));
        if (earlier.isEmpty()) {
            faults.add(
                    path,
                    "%s is neither a URI nor the id of an earlier stage (%s)",
                    text,
                    positionOfStage.isEmpty() ? "there is none" : String.join(", ", positionOfStage.keySet()));
        }
        return earlier.map(Input.Stage::new);
    }

    private static Set<Integer> consumed(List<List<NamedInput>> inputs) {
        Set<Integer> positions = new HashSet<>();
        for (NamedInput input : inputs.stream().flatMap(List::stream).toList()) {
            if (input.from() instanceof Input.Stage(int position)) {
                positions.add(position);
            }
        }
        return positions;
    }

    /** How many pictures the stage works on, or embeddings it draws; 1 for one that begins with a prompt and noise. */
    private static int images(List<NamedInput> inputs, List<ValidStage> earlier) {
        boolean pictures = inputs.stream().anyMatch(NamedInput::isWorkedOn);
        int images = inputs.stream()
                .filter(input -> pictures ? input.isWorkedOn() : input.role().equals(NamedInput.IMAGE_EMBEDS))
                .mapToInt(input -> input.from().images(earlier))
                .sum();
        return Math.max(images, 1);
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
