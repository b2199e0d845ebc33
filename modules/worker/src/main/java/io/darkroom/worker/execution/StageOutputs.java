package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Timings;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.execution.StageRunner.StageResult;
import io.darkroom.worker.image.ImageCache;
import io.darkroom.worker.image.ImageSequence;
import io.darkroom.worker.image.StageValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What there is while a work item runs: what came from outside, and what its stages have made so far. */
final class StageOutputs {
    private final WorkItem item;
    private final Map<Integer, StageValue> fromOutside;
    private final List<StageResult> results = new ArrayList<>();

    /** By position of the stage whose latents they are, whoever wants to see them. */
    private final Map<Integer, DecodedImages> decodings = new HashMap<>();

    private final Map<Integer, ImageSequence> pixels = new HashMap<>();
    private final ImageCache cache;
    private final StageRunner runner;
    private final StopSignal stop;
    private final DeviceTime spent;

    /**
     * @param fromOutside by group
     * @param spent to which what decoding takes of the device is added
     */
    StageOutputs(
            WorkItem item,
            Map<Integer, StageValue> fromOutside,
            ImageCache cache,
            StageRunner runner,
            StopSignal stop,
            DeviceTime spent) {
        this.item = item;
        this.fromOutside = fromOutside;
        this.cache = cache;
        this.runner = runner;
        this.stop = stop;
        this.spent = spent;
    }

    /** Of the stage that is next. */
    StagePictures inputs() throws WorkFault {
        WorkStage stage = item.getStages(results.size());
        if (stage.getInputsCount() == 0) {
            return new StagePictures(implied(stage).stream()
                    .map(value -> new StagePictures.Named(NamedInput.PICTURE, value))
                    .toList());
        }
        List<StagePictures.Named> inputs = new ArrayList<>();
        for (StageInput input : stage.getInputsList()) {
            inputs.add(new StagePictures.Named(input.getRole(), value(input)));
        }
        return new StagePictures(inputs);
    }

    /** Of the next stage, which only decodes: what it makes of what an earlier stage or another work item gave. */
    ImageSequence decoded() throws WorkFault {
        WorkStage stage = item.getStages(results.size());
        if (stage.getInputsCount() == 1 && stage.getInputs(0).hasStage() && isThere(stage.getInputs(0))) {
            return pixels(stage.getInputs(0).getStage());
        }
        List<StagePictures.Named> given = inputs().all();
        if (given.size() == 1 && given.getFirst().value() instanceof StageValue.Tensors(Picture.Latents latents)) {
            return decoding(results.size(), latents);
        }
        throw new WorkFault(ErrorCode.INTERNAL, "a decode stage was given no latents");
    }

    void add(StageResult result) {
        results.add(result);
    }

    StageResult result(int position) {
        return results.get(position);
    }

    /** Pixels of what a stage made. */
    ImageSequence pixels(int position) throws WorkFault {
        ImageSequence known = pixels.get(position);
        if (known != null) {
            return known;
        }
        ImageSequence made =
                switch (results.get(position).value()) {
                    case StageValue.Pixels(ImageSequence images) -> images;
                    case StageValue.Tensors(Picture.Latents latents) -> decoding(position, latents);
                    case StageValue.Tensors _ -> throw StageFaults.malformed("it wants pixels of image embeddings");
                };
        pixels.put(position, made);
        return made;
    }

    /** What a stage took, and the decoding of what it made as far as that was done. */
    Timings timings(int position) {
        DecodedImages decoding = decodings.get(position);
        Timings own = results.get(position).timings();
        return decoding == null ? own : own.plus(decoding.timings());
    }

    private ImageSequence decoding(int position, Picture.Latents latents) throws WorkFault {
        DecodedImages decoding = runner.decoding(item.getStages(position), latents, stop, spent);
        decodings.put(position, decoding);
        return cache.remembering(decoding);
    }

    /**
     * What a stage that names nothing works on. Routers name it today; those that did not, made chains only. What begins with a
     * prompt and noise takes nothing, whatever came in for the stages beside it.
     */
    private Optional<StageValue> implied(WorkStage stage) {
        return switch (stage.getKindCase()) {
            case TEXT2IMG, PRIOR, KIND_NOT_SET -> Optional.empty();
            case IMG2IMG, INPAINT, UPSCALE, DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH ->
                results.isEmpty()
                        ? Optional.ofNullable(fromOutside.get(0))
                        : Optional.of(results.getLast().value());
        };
    }

    private StageValue value(StageInput input) throws WorkFault {
        return switch (input.getFromCase()) {
            case STAGE -> {
                if (!isThere(input)) {
                    throw StageFaults.malformed("it takes what stage " + input.getStage() + " will only make after it");
                }
                yield results.get(input.getStage()).value();
            }
            case GROUP ->
                Optional.ofNullable(fromOutside.get(input.getGroup()))
                        .orElseThrow(
                                () -> StageFaults.malformed("its input group " + input.getGroup() + " is missing"));
            case FROM_NOT_SET -> throw StageFaults.malformed("an input comes from nowhere");
        };
    }

    private boolean isThere(StageInput input) {
        return input.getStage() < results.size();
    }
}
