package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.request.ValidStage.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one stage that the schema allows: defaults filled in, the rules between its fields checked.
 */
final class StageReading {
    private static final int MAX_IMAGES = 64;

    private final JsonNode node;
    private final int position;
    private final Faults faults;

    StageReading(JsonNode node, int position, Faults faults) {
        this.node = node;
        this.position = position;
        this.faults = faults;
    }

    String id() {
        return node.path("id").asText(Integer.toString(position));
    }

    private StageKind kind() {
        return StageKind.ofWireName(node.path("kind").asText());
    }

    /** The field that names the stage's pictures, of which the stage before it is the default; empty where it begins with noise. */
    Optional<String> pictureField() {
        return switch (kind()) {
            case TEXT2IMG, AUTO, PRIOR -> Optional.empty();
            case IMG2IMG, UPSCALE, CANNY, DEPTH -> Optional.of(NamedInput.PICTURE);
            case GRID, ANIMATION -> Optional.of(NamedInput.PICTURES);
        };
    }

    /** All that the stage names as its inputs, as it stands in the request. */
    List<NamedText> inputTexts() {
        List<NamedText> texts = new ArrayList<>();
        text(NamedInput.PICTURE)
                .ifPresent(text -> texts.add(new NamedText(NamedInput.PICTURE, NamedInput.PICTURE, text)));
        JsonNode list = node.path(NamedInput.PICTURES);
        for (int i = 0; i < list.size(); i++) {
            texts.add(new NamedText(
                    NamedInput.PICTURES,
                    NamedInput.PICTURES + "[" + i + "]",
                    list.path(i).asText()));
        }
        texts.addAll(controlReading().imageTexts());
        textReading()
                .imageEmbeds()
                .ifPresent(stage -> texts.add(new NamedText(NamedInput.IMAGE_EMBEDS, NamedInput.IMAGE_EMBEDS, stage)));
        return texts;
    }

    /**
     * An input as the request names it.
     *
     * @param role the field, the same for all entries of a list
     * @param field with the entry's place
     */
    record NamedText(String role, String field, String text) {}

    /**
     * The stage as a whole.
     *
     * @param inputs what it takes; without those that had a fault
     * @param inputImages how many pictures come as {@code input} or {@code inputs}
     * @param publishByDefault whether its pictures belong to the result when the request does not
     *     say
     */
    ValidStage read(List<NamedInput> inputs, int inputImages, boolean publishByDefault) {
        int perPrompt = node.path("num_images_per_prompt").asInt(1);
        Sweep sweep = sweepReading().read();
        int images = kind().collects() ? 1 : sweep.runs() * perPrompt * inputImages;
        if (images > MAX_IMAGES) {
            faults.add(
                    path("num_images_per_prompt"),
                    "the stage would make %d pictures; at most %d are allowed",
                    images,
                    MAX_IMAGES);
        }
        Sampling sampling = samplingReading().read();
        return new ValidStage(
                position,
                id(),
                node.path("publish").asBoolean(publishByDefault && kind() != StageKind.PRIOR),
                keep(publishByDefault),
                node.path("model").asText(),
                node.path("prompt").asText(""),
                text("negative_prompt"),
                textReading().read(inputs),
                controlReading().read(inputs),
                textReading().adapters(),
                MicroConditions.read(node),
                sampling,
                sweep,
                sweepReading().seed(images, sweep.runs()),
                perPrompt,
                images,
                operation(inputs, inputImages, sampling),
                automatic());
    }

    /** What is published is drawn for each job, and what nobody takes is not handed on. */
    private boolean keep(boolean publishByDefault) {
        boolean keep = node.path("keep").asBoolean();
        if (keep && publishByDefault) {
            faults.add(path("keep"), "no stage takes what this one makes, so there is nothing to keep");
        } else if (keep && node.path("publish").asBoolean()) {
            faults.add(path("keep"), "is for stages that are not published; leave out one of the two");
        }
        return keep;
    }

    String path(String field) {
        return "stages[" + position + "]." + field;
    }

    private Operation operation(List<NamedInput> inputs, int inputImages, Sampling sampling) {
        return switch (kind()) {
            case TEXT2IMG -> new Operation.Text2Img(whole("width"), whole("height"));
            case IMG2IMG -> imageToImage(picture(inputs), sampling);
            case UPSCALE -> new Operation.Upscale(picture(inputs), whole("noise_level"));
            case AUTO -> automatic(inputs, sampling);
            case CANNY -> new Operation.Canny(picture(inputs), thresholds());
            case DEPTH -> new Operation.Depth(picture(inputs));
            case PRIOR -> new Operation.Prior();
            case GRID -> new CollectionReading(node, path(""), faults).grid(pictures(inputs), inputImages);
            case ANIMATION -> new CollectionReading(node, path(""), faults).animation(pictures(inputs), inputImages);
        };
    }

    /** As AutoPipeline chooses; that an upscaler enlarges its picture is found when the model is known. */
    private Operation automatic(List<NamedInput> inputs, Sampling sampling) {
        if (node.has(NamedInput.PICTURE)) {
            return imageToImage(picture(inputs), sampling);
        }
        for (String field : List.of("strength", "mask")) {
            if (node.has(field)) {
                faults.add(path(field), "goes with an input, which is missing");
            }
        }
        return new Operation.Text2Img(whole("width"), whole("height"));
    }

    private Optional<ValidStage.Automatic> automatic() {
        return kind() == StageKind.AUTO
                ? Optional.of(new ValidStage.Automatic(
                        whole("noise_level"),
                        node.has("prompt") || node.has(EmbedUris.PROMPT) || node.has(NamedInput.IMAGE_EMBEDS)))
                : Optional.empty();
    }

    /** As the guides have them where the request names none. */
    private Operation.Thresholds thresholds() {
        double low = number("low_threshold").orElse(100.0);
        double high = number("high_threshold").orElse(200.0);
        if (low > high) {
            faults.add(path("low_threshold"), "%s is above high_threshold, which is %s", low, high);
        }
        return new Operation.Thresholds(low, high);
    }

    /** The URIs of embeddings as they stand in the request. */
    EmbedUris embeds() {
        return textReading().embeds();
    }

    private ControlReading controlReading() {
        return new ControlReading(node, path(""), faults);
    }

    private SweepReading sweepReading() {
        return new SweepReading(node, path(""), faults);
    }

    private SamplingReading samplingReading() {
        return new SamplingReading(node, path(""), faults);
    }

    private TextReading textReading() {
        return new TextReading(node, path(""), faults);
    }

    /** A missing input is a fault already; the stage is read on only to find the other faults. */
    private static Input picture(List<NamedInput> inputs) {
        return pictures(inputs).stream().findFirst().orElse(new Input.Stage(0));
    }

    private static List<Input> pictures(List<NamedInput> inputs) {
        return inputs.stream()
                .filter(NamedInput::isWorkedOn)
                .map(NamedInput::from)
                .toList();
    }

    /** The URI in the {@code mask} field as it stands in the request. */
    Optional<String> maskText() {
        return text("mask");
    }

    private Operation imageToImage(Input from, Sampling sampling) {
        Optional<Double> strength = samplingReading().strength(sampling);
        if (maskText().isPresent()) {
            return new Operation.Inpaint(from, strength, maskText().get(), whole("width"), whole("height"));
        }
        return new Operation.Img2Img(from, strength, whole("width"), whole("height"));
    }

    private Optional<String> text(String field) {
        return Optional.ofNullable(node.path(field).textValue());
    }

    private Optional<Double> number(String field) {
        JsonNode value = node.path(field);
        return value.isMissingNode() ? Optional.empty() : Optional.of(value.asDouble());
    }

    private Optional<Integer> whole(String field) {
        return node.has(field) ? Optional.of(node.path(field).asInt()) : Optional.empty();
    }
}
