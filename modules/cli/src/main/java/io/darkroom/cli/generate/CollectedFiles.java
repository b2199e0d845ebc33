package io.darkroom.cli.generate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.contract.result.JobResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is made of all the pictures together.
 *
 * @param grid the file of a sheet of them
 * @param columns of the sheet; empty: all in one row
 * @param animation the file of a GIF of them
 * @param durationMillis that the GIF shows each
 */
public record CollectedFiles(
        Optional<Path> grid, Optional<Integer> columns, Optional<Path> animation, Optional<Integer> durationMillis) {
    private static final String PICTURES = "pictures";
    private static final String GRID = "grid";
    private static final String ANIMATION = "animation";

    /** Adds a stage for each, behind the one that makes the pictures. */
    void addTo(ObjectNode job) {
        ArrayNode stages = (ArrayNode) job.path("stages");
        if (grid.isPresent() || animation.isPresent()) {
            ((ObjectNode) stages.path(0)).put("id", PICTURES).put("publish", true);
        }
        if (grid.isPresent()) {
            ObjectNode stage = add(stages, GRID);
            columns.ifPresent(count -> stage.put("cols", count));
        }
        if (animation.isPresent()) {
            ObjectNode stage = add(stages, ANIMATION);
            durationMillis.ifPresent(millis -> stage.put("duration", millis));
        }
    }

    /** The file for each picture of a result, in order. */
    List<Path> files(List<JobResult.Image> images, OutputFiles out) {
        int pictures = (int)
                images.stream().filter(image -> collected(image).isEmpty()).count();
        List<Path> files = new ArrayList<>();
        int number = 0;
        for (JobResult.Image image : images) {
            Optional<Path> own = collected(image);
            files.add(own.isPresent() ? own.get() : out.file(number++, pictures));
        }
        return files;
    }

    private Optional<Path> collected(JobResult.Image image) {
        return switch (image.stage()) {
            case GRID -> grid;
            case ANIMATION -> animation;
            default -> Optional.empty();
        };
    }

    private static ObjectNode add(ArrayNode stages, String kind) {
        ObjectNode stage = stages.addObject().put("id", kind).put("kind", kind);
        stage.putArray("inputs").add(PICTURES);
        return stage;
    }
}
