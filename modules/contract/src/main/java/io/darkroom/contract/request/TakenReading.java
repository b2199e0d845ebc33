package io.darkroom.contract.request;

import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.request.ValidStage.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks that stages take what the stages that they name make: pictures, or a prior's image embeddings. */
record TakenReading(List<StageReading> readings, List<List<NamedInput>> inputs, Faults faults) {
    void check(List<ValidStage> stages) {
        Set<Integer> decoded = new HashSet<>();
        for (int position = 0; position < readings.size(); position++) {
            for (NamedInput input : inputs.get(position)) {
                check(readings.get(position), input, stages);
                if (input.role().equals(NamedInput.IMAGE_EMBEDS) && input.from() instanceof Input.Stage(int from)) {
                    decoded.add(from);
                    checkCounts(readings.get(position), inputs.get(position), stages.get(from), stages);
                }
            }
        }
        for (ValidStage stage : stages) {
            if (stage.operation() instanceof Operation.Prior && !decoded.contains(stage.position())) {
                faults.add(
                        stage.path("kind"),
                        "makes image embeddings that no stage takes; let a later one name %s in image_embeds",
                        stage.id());
            }
        }
    }

    private void check(StageReading reading, NamedInput input, List<ValidStage> stages) {
        boolean wantsEmbeds = input.role().equals(NamedInput.IMAGE_EMBEDS);
        switch (input.from()) {
            case Input.Uri _
            when wantsEmbeds -> faults.add(reading.path(input.role()), "is a URI; name an earlier prior stage");
            case Input.Stage(int from)
            when stages.get(from).operation() instanceof Operation.Animation ->
                faults.add(
                        reading.path(input.role()),
                        "%s is an animation, which no stage can take",
                        stages.get(from).id());
            case Input.Stage(int from)
            when wantsEmbeds && !(stages.get(from).operation() instanceof Operation.Prior) ->
                faults.add(
                        reading.path(input.role()),
                        "%s makes pictures; name an earlier stage of the kind prior",
                        stages.get(from).id());
            case Input.Stage(int from)
            when !wantsEmbeds && stages.get(from).operation() instanceof Operation.Prior ->
                faults.add(
                        reading.path(input.role()),
                        "%s makes image embeddings and no picture; name it in image_embeds, and a picture here",
                        stages.get(from).id());
            case Input.Uri _, Input.Stage _ -> {}
        }
    }

    /** diffusers' decoder has no way to share pictures out among embeddings. */
    private void checkCounts(StageReading reading, List<NamedInput> taken, ValidStage prior, List<ValidStage> stages) {
        List<NamedInput> worked = taken.stream().filter(NamedInput::isWorkedOn).toList();
        int pictures =
                worked.stream().mapToInt(input -> input.from().images(stages)).sum();
        if (!worked.isEmpty() && pictures != prior.images()) {
            faults.add(
                    reading.path(NamedInput.IMAGE_EMBEDS),
                    "%s makes %d embeddings, and the input is %d pictures; there must be one for each",
                    prior.id(),
                    prior.images(),
                    pictures);
        }
    }
}
