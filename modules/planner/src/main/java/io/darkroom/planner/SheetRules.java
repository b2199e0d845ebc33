package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.wire.WorkStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Refuses the sheets that are known to be too large; where an image has to be read first, the worker refuses them. */
final class SheetRules {
    /** As many as an image may have that workers read, since a sheet may be another stage's input. */
    private static final long MOST_PIXELS = 4096L * 4096;

    /** By position of the stage, where it is known: pixels of each of its images. */
    private final Map<Integer, Long> pixelsOfStage = new HashMap<>();

    private final List<Fault> faults = new ArrayList<>();

    /** Takes the next stage. */
    void add(ValidStage stage, WorkStage work, Optional<ModelEntry> model) {
        Optional<Long> taken = taken(stage);
        Optional<Long> pixels = work.hasGrid() ? sheet(work, taken) : made(work, model, taken);
        pixels.ifPresent(known -> pixelsOfStage.put(stage.position(), known));
        pixels.filter(known -> work.hasGrid() && known > MOST_PIXELS)
                .ifPresent(known -> faults.add(new Fault(
                        stage.path("resize"),
                        String.format(
                                Locale.ROOT,
                                "the sheet would have %,d pixels, %d rows of %d images; at most %,d are allowed:"
                                        + " make the images smaller with resize",
                                known,
                                work.getGrid().getRows(),
                                work.getGrid().getColumns(),
                                MOST_PIXELS))));
    }

    /** What was found, in the order of the stages. */
    List<Fault> faults() {
        return List.copyOf(faults);
    }

    private static Optional<Long> sheet(WorkStage work, Optional<Long> taken) {
        long cells = (long) work.getGrid().getRows() * work.getGrid().getColumns();
        long side = work.getGrid().getResize();
        return (work.getGrid().hasResize() ? Optional.of(side * side) : taken).map(cell -> cells * cell);
    }

    private static Optional<Long> made(WorkStage work, Optional<ModelEntry> model, Optional<Long> taken) {
        boolean named = work.getText2Img().getWidth() > 0 || work.getInpaint().getWidth() > 0;
        return (named ? Optional.of(0L) : taken)
                .map(pixels -> StageCost.of(work, 1, model, pixels).pixels());
    }

    /** Of the first image, which gives a sheet's cells their size. */
    private Optional<Long> taken(ValidStage stage) {
        return stage.inputs().isEmpty()
                ? Optional.empty()
                : switch (stage.inputs().getFirst().from()) {
                    case Input.Uri _ -> Optional.empty();
                    case Input.Stage(int producer) -> Optional.ofNullable(pixelsOfStage.get(producer));
                };
    }
}
