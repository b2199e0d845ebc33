package io.darkroom.cli.demo;

import io.darkroom.contract.result.JobResult;
import io.darkroom.images.ContactSheet;
import io.darkroom.images.ImageWriting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The demo's pictures on one sheet: a row for each job, large where it has few. */
final class DemoSheet {
    private static final int SMALL = 128;
    private static final int LARGE = 256;
    private static final int FEW = 3;

    private DemoSheet() {}

    static byte[] png(List<JobRun> runs) {
        String title = title(runs);
        var sheet = new ContactSheet(title, runs.stream().map(DemoSheet::row).toList());
        return ImageWriting.png(sheet.draw(), Map.of("Title", title));
    }

    /** Animations have no place on it. */
    static boolean isAnimation(JobResult.Image image) {
        return image.mediaType().filter("image/gif"::equals).isPresent();
    }

    private static String title(List<JobRun> runs) {
        Set<String> models = new HashSet<>();
        runs.forEach(run -> models.addAll(GuideJob.models(run.request())));
        return "Darkroom: " + runs.size() + " jobs, " + models.size() + " small models";
    }

    private static ContactSheet.Row row(JobRun run) {
        var captions = new Captions(run.request(), run.result().images());
        List<ContactSheet.Tile> tiles = new ArrayList<>();
        List<JobResult.Image> images = run.result().images();
        for (int i = 0; i < images.size(); i++) {
            if (!isAnimation(images.get(i))) {
                tiles.add(new ContactSheet.Tile(Comparison.decode(run.files().get(i)), captions.next(images.get(i))));
            }
        }
        int cell = tiles.size() <= FEW ? LARGE : SMALL;
        return new ContactSheet.Row(run.job().shows(), run.job().fileName(), cell, tiles);
    }
}
