package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.Grid;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.images.ImageGrid;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.RgbImage;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Timings;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.execution.StageRunner.StageResult;
import java.util.List;
import java.util.Optional;

/** The stages that put pictures together; they need no device. */
final class PictureCollections {
    private final ImageLimits limits;

    /** @param limits of what they make, which may be another stage's input */
    PictureCollections(ImageLimits limits) {
        this.limits = limits;
    }

    StageResult collect(WorkStage stage, StagePictures inputs) throws WorkFault {
        long start = System.nanoTime();
        List<RgbImage> pictures = inputs.pictures(NamedInput.PICTURES);
        if (pictures.isEmpty()) {
            throw StageFaults.malformed(stage.getKindCase() + " was given no pictures");
        }
        List<RgbImage> made = stage.hasGrid() ? List.of(grid(stage.getGrid(), pictures)) : sameSize(pictures);
        Timings timings = new Timings(0, 0, System.nanoTime() - start, 0);
        return new StageResult(new Picture.Images(made), List.of(), timings);
    }

    /** The frames of an animation; how they are written is their publisher's matter. */
    private static List<RgbImage> sameSize(List<RgbImage> frames) throws WorkFault {
        String first = size(frames.getFirst());
        for (RgbImage frame : frames) {
            if (!size(frame).equals(first)) {
                throw new WorkFault(
                        ErrorCode.INVALID_PARAMETER,
                        "inputs: have pictures of " + first + " and of " + size(frame)
                                + " pixels; those of an animation must have one size");
            }
        }
        return frames;
    }

    private static String size(RgbImage image) {
        return image.width() + "x" + image.height();
    }

    private RgbImage grid(Grid grid, List<RgbImage> pictures) throws WorkFault {
        if (pictures.size() != grid.getRows() * grid.getColumns()) {
            throw StageFaults.malformed("a grid of " + grid.getRows() + " rows of " + grid.getColumns() + " was given "
                    + pictures.size() + " pictures");
        }
        Optional<Integer> side = grid.hasResize() ? Optional.of(grid.getResize()) : Optional.empty();
        long width = (long) grid.getColumns() * side.orElse(pictures.getFirst().width());
        long height = (long) grid.getRows() * side.orElse(pictures.getFirst().height());
        if (width * height > limits.maxPixels() || Math.max(width, height) > limits.maxSide()) {
            throw new WorkFault(
                    ErrorCode.INVALID_PARAMETER,
                    "rows and cols: the sheet would have " + width + "x" + height + " pixels; at most "
                            + limits.maxPixels() + " in all and " + limits.maxSide()
                            + " on a side are allowed: make the pictures smaller with resize");
        }
        List<RgbImage> cells = side.isPresent() ? ImageGrid.resized(pictures, side.get()) : pictures;
        return ImageGrid.of(cells, grid.getRows(), grid.getColumns());
    }
}
