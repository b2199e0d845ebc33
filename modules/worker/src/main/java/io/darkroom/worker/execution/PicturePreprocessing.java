package io.darkroom.worker.execution;

import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.Canny;
import io.darkroom.images.CannyEdges;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.DepthFolder;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Pipelines;
import io.darkroom.pipelines.Preprocessed;
import io.darkroom.pipelines.StageException;
import io.darkroom.pipelines.Timings;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.execution.StageRunner.StageResult;
import java.util.List;

/** The stages that make of each picture what a ControlNet is shown. */
final class PicturePreprocessing {
    private PicturePreprocessing() {}

    static StageResult canny(Canny canny, StagePictures inputs) throws WorkFault {
        long start = System.nanoTime();
        List<RgbImage> edges = pictures(inputs).images().stream()
                .map(picture -> CannyEdges.of(picture, canny.getLowThreshold(), canny.getHighThreshold()))
                .toList();
        Timings timings = new Timings(System.nanoTime() - start, 0, 0, 0);
        return new StageResult(new Picture.Images(edges), List.of(), timings);
    }

    static StageResult depth(DepthFolder model, Pipelines pipelines, StagePictures inputs)
            throws WorkFault, StageException, InterruptedException {
        Preprocessed maps = pipelines.depth(model, pictures(inputs));
        return new StageResult(maps.images(), maps.warnings(), maps.timings());
    }

    private static Picture.Images pictures(StagePictures inputs) throws WorkFault {
        List<RgbImage> pictures = inputs.pictures(NamedInput.PICTURE);
        if (pictures.isEmpty()) {
            throw StageFaults.malformed("a stage that changes pictures was given none");
        }
        return new Picture.Images(pictures);
    }
}
