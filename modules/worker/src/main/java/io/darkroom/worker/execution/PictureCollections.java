package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.Grid;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.images.ImageGrid;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.RgbImage;
import io.darkroom.pipelines.Timings;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.execution.StageRunner.StageResult;
import io.darkroom.worker.image.ImageSequence;
import io.darkroom.worker.image.StageValue;
import java.util.List;

/** The stages that put pictures together; they need no device. */
final class PictureCollections {
    private final ImageLimits limits;

    /** @param limits of what they make, which may be another stage's input */
    PictureCollections(ImageLimits limits) {
        this.limits = limits;
    }

    /** A sheet takes one image after the other; the frames of an animation are its publisher's matter. */
    StageResult collect(WorkStage stage, StagePictures inputs)
            throws WorkFault, StoppedException, InterruptedException {
        long start = System.nanoTime();
        ImageSequence pictures = inputs.pictures(NamedInput.PICTURES);
        if (pictures.count() == 0) {
            throw StageFaults.malformed(stage.getKindCase() + " was given no pictures");
        }
        ImageSequence made = stage.hasGrid() ? ImageSequence.of(List.of(grid(stage.getGrid(), pictures))) : pictures;
        Timings timings = new Timings(0, 0, System.nanoTime() - start, 0);
        return new StageResult(new StageValue.Pixels(made), List.of(), timings);
    }

    private RgbImage grid(Grid grid, ImageSequence pictures) throws WorkFault, StoppedException, InterruptedException {
        if (pictures.count() != grid.getRows() * grid.getColumns()) {
            throw StageFaults.malformed("a grid of " + grid.getRows() + " rows of " + grid.getColumns() + " was given "
                    + pictures.count() + " pictures");
        }
        ImageGrid sheet = new ImageGrid(grid.getRows(), grid.getColumns());
        for (int i = 0; i < pictures.count(); i++) {
            RgbImage picture = pictures.image(i);
            RgbImage cell = grid.hasResize() ? ImageGrid.resized(picture, grid.getResize()) : picture;
            if (i == 0) {
                requireRoom((long) grid.getColumns() * cell.width(), (long) grid.getRows() * cell.height());
            }
            sheet.add(cell);
        }
        return sheet.sheet();
    }

    private void requireRoom(long width, long height) throws WorkFault {
        if (width * height > limits.maxPixels() || Math.max(width, height) > limits.maxSide()) {
            throw new WorkFault(
                    ErrorCode.INVALID_PARAMETER,
                    "rows and cols: the sheet would have " + width + "x" + height + " pixels; at most "
                            + limits.maxPixels() + " in all and " + limits.maxSide()
                            + " on a side are allowed: make the pictures smaller with resize");
        }
    }
}
