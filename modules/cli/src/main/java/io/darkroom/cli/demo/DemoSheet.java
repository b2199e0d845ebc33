package io.darkroom.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.result.JobResult;
import io.darkroom.images.ContactSheet;
import io.darkroom.images.ImageWriting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The demo's pictures on one sheet: a row for each stage. */
final class DemoSheet {
    private static final int CELL = 256;
    private static final String TITLE = "Darkroom: one job, three stages, two models";

    private DemoSheet() {}

    static byte[] png(JsonNode job, ChainRun run) {
        List<ContactSheet.Tile> tiles = new ArrayList<>();
        List<JobResult.Image> images = run.result().images();
        for (int i = 0; i < images.size(); i++) {
            tiles.add(new ContactSheet.Tile(Comparison.decode(run.files().get(i)), caption(job, images.get(i))));
        }
        String first = job.path("stages").path(0).path("id").asText();
        int columns = (int)
                images.stream().filter(image -> image.stage().equals(first)).count();
        var sheet = new ContactSheet(TITLE, columns, CELL, tiles);
        return ImageWriting.png(sheet.draw(), Map.of("Title", TITLE));
    }

    private static String caption(JsonNode job, JobResult.Image image) {
        for (JsonNode stage : job.path("stages")) {
            if (stage.path("id").asText().equals(image.stage())) {
                return stage.path("kind").asText()
                        + " "
                        + stage.path("model").asText()
                        + "\n"
                        + image.width()
                        + " x "
                        + image.height()
                        + image.seed().map(seed -> ", seed " + seed).orElse("");
            }
        }
        return image.stage();
    }
}
