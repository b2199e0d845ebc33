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
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.execution.StageRunner.StageResult;
import io.darkroom.worker.image.ImageSequence;
import io.darkroom.worker.image.StageValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The stages that make of each picture what a ControlNet is shown. */
final class PicturePreprocessing {
    private PicturePreprocessing() {}

    static StageResult canny(Canny canny, StagePictures inputs)
            throws WorkFault, StoppedException, InterruptedException {
        long start = System.nanoTime();
        ImageSequence pictures = pictures(inputs);
        List<RgbImage> edges = new ArrayList<>();
        for (int i = 0; i < pictures.count(); i++) {
            edges.add(CannyEdges.of(pictures.image(i), canny.getLowThreshold(), canny.getHighThreshold()));
        }
        return result(edges, List.of(), new Timings(System.nanoTime() - start, 0, 0, 0));
    }

    static StageResult depth(DepthFolder model, Pipelines pipelines, StagePictures inputs)
            throws WorkFault, StageException, StoppedException, InterruptedException {
        ImageSequence pictures = pictures(inputs);
        List<RgbImage> maps = new ArrayList<>();
        Set<String> warnings = new LinkedHashSet<>();
        Timings timings = Timings.NONE;
        for (int i = 0; i < pictures.count(); i++) {
            Preprocessed map = pipelines.depth(model, new Picture.Images(List.of(pictures.image(i))));
            maps.addAll(map.images().images());
            warnings.addAll(map.warnings());
            timings = timings.plus(map.timings());
        }
        return result(maps, List.copyOf(warnings), timings);
    }

    private static StageResult result(List<RgbImage> images, List<String> warnings, Timings timings) {
        return new StageResult(new StageValue.Pixels(ImageSequence.of(images)), warnings, timings);
    }

    private static ImageSequence pictures(StagePictures inputs) throws WorkFault {
        ImageSequence pictures = inputs.pictures(NamedInput.PICTURE);
        if (pictures.count() == 0) {
            throw StageFaults.malformed("a stage that changes pictures was given none");
        }
        return pictures;
    }
}
