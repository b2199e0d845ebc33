package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.request.StageReading.NamedText;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.NamedInput;
import java.util.ArrayList;
import java.util.List;

/** Reads a stage's ControlNets. */
final class ControlReading {
    private final JsonNode stage;
    private final String path;
    private final Faults faults;

    /**
     * @param path of the stage, with a dot at its end
     */
    ControlReading(JsonNode stage, String path, Faults faults) {
        this.stage = stage;
        this.path = path;
        this.faults = faults;
    }

    /** The pictures that they are shown, as they stand in the request. */
    List<NamedText> imageTexts() {
        List<NamedText> texts = new ArrayList<>();
        for (int net = 0; net < nets().size(); net++) {
            String field = ControlOptions.imageField(net);
            texts.add(new NamedText(field, field, nets().path(net).path("image").asText()));
        }
        return texts;
    }

    /**
     * @param inputs the stage's; a picture that is missing there had a fault
     */
    ControlOptions read(List<NamedInput> inputs) {
        boolean guessMode = stage.path("guess_mode").asBoolean(false);
        if (guessMode && nets().isEmpty()) {
            faults.add(path + "guess_mode", "goes with controlnet only");
        }
        if (!nets().isEmpty() && stage.has("mask")) {
            faults.add(path + "controlnet", "does not go with a mask");
        }
        List<ControlOptions.Net> read = new ArrayList<>();
        for (int net = 0; net < nets().size(); net++) {
            read.add(net(net, inputs));
        }
        return new ControlOptions(read, guessMode);
    }

    private ControlOptions.Net net(int index, List<NamedInput> inputs) {
        JsonNode net = nets().path(index);
        double start = net.path("guidance_start").asDouble(0);
        double end = net.path("guidance_end").asDouble(1);
        if (start >= end) {
            faults.add(
                    path + ControlOptions.field(index, "guidance_start"),
                    "%s must be below guidance_end, which is %s",
                    start,
                    end);
        }
        Input image = inputs.stream()
                .filter(input -> input.role().equals(ControlOptions.imageField(index)))
                .map(NamedInput::from)
                .findFirst()
                .orElse(new Input.Stage(0));
        return new ControlOptions.Net(
                net.path("model").asText(),
                image,
                net.path("conditioning_scale").asDouble(1),
                start,
                end);
    }

    private JsonNode nets() {
        return stage.path("controlnet");
    }
}
