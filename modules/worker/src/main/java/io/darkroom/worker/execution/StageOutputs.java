package io.darkroom.worker.execution;

import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.pipelines.Decoded;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Timings;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.execution.StageRunner.StageResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What there is while a work item runs: what came from outside, and what its stages have made so far. */
final class StageOutputs {
    private final WorkItem item;
    private final Map<Integer, Picture> fromOutside;
    private final StageRunner runner;
    private final List<StageResult> results = new ArrayList<>();

    /** By position of the stage: latents are decoded once, whoever wants to see them. */
    private final Map<Integer, Decoded> pixels = new HashMap<>();

    /** @param fromOutside by group */
    StageOutputs(WorkItem item, Map<Integer, Picture> fromOutside, StageRunner runner) {
        this.item = item;
        this.fromOutside = fromOutside;
        this.runner = runner;
    }

    /** Of the stage that is next. */
    StagePictures inputs() throws WorkFault {
        WorkStage stage = item.getStages(results.size());
        if (stage.getInputsCount() == 0) {
            return new StagePictures(implied(stage).stream()
                    .map(picture -> new StagePictures.Named(NamedInput.PICTURE, picture))
                    .toList());
        }
        List<StagePictures.Named> inputs = new ArrayList<>();
        for (StageInput input : stage.getInputsList()) {
            inputs.add(new StagePictures.Named(input.getRole(), picture(input)));
        }
        return new StagePictures(inputs);
    }

    /** Where the next stage does nothing but decode what an earlier one made: that one. */
    OptionalInt decodedStage() {
        WorkStage stage = item.getStages(results.size());
        boolean known = stage.hasDecode()
                && stage.getInputsCount() == 1
                && stage.getInputs(0).hasStage()
                && stage.getInputs(0).getStage() < results.size();
        return known ? OptionalInt.of(stage.getInputs(0).getStage()) : OptionalInt.empty();
    }

    void add(StageResult result) {
        results.add(result);
    }

    StageResult result(int position) {
        return results.get(position);
    }

    /** Pixels of what a stage made, and what it cost to have them now. */
    Decoded pixels(int position) throws WorkFault, InterruptedException {
        Decoded known = pixels.get(position);
        if (known != null) {
            return new Decoded(known.images(), Timings.NONE, known.nsfwDetected());
        }
        Decoded decoded =
                runner.pixels(item.getStages(position), results.get(position).picture());
        pixels.put(position, decoded);
        return decoded;
    }

    /**
     * What a stage that names nothing works on. Routers name it today; those that did not, made chains only. What begins with a
     * prompt and noise takes nothing, whatever came in for the stages beside it.
     */
    private Optional<Picture> implied(WorkStage stage) {
        return switch (stage.getKindCase()) {
            case TEXT2IMG, PRIOR, KIND_NOT_SET -> Optional.empty();
            case IMG2IMG, INPAINT, UPSCALE, DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH ->
                results.isEmpty()
                        ? Optional.ofNullable(fromOutside.get(0))
                        : Optional.of(results.getLast().picture());
        };
    }

    private Picture picture(StageInput input) throws WorkFault {
        return switch (input.getFromCase()) {
            case STAGE -> stage(input.getStage());
            case GROUP ->
                Optional.ofNullable(fromOutside.get(input.getGroup()))
                        .orElseThrow(
                                () -> StageFaults.malformed("its input group " + input.getGroup() + " is missing"));
            case FROM_NOT_SET -> throw StageFaults.malformed("an input comes from nowhere");
        };
    }

    private Picture stage(int position) throws WorkFault {
        if (position >= results.size()) {
            throw StageFaults.malformed("it takes what stage " + position + " will only make after it");
        }
        return results.get(position).picture();
    }
}
