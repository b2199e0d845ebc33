package io.darkroom.cli.demo;

import io.darkroom.cli.generate.PictureFiles;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a person gets of the demo: files, a record, a comparison, times. */
final class DemoReport {
    private static final String SHEET = "contact-sheet.png";

    private final Terminal terminal;
    private final Path out;
    private final Optional<Path> models;

    /** @param models the folder that was named, if one was */
    DemoReport(Terminal terminal, Path out, Optional<Path> models) {
        this.terminal = terminal;
        this.out = out;
        this.models = models;
    }

    /**
     * Says whether both runs of the chain made the same pictures.
     *
     * @param guide a run of each job that could be run
     * @param fused the chain's among them
     * @param split the chain's other run
     * @param all what the whole demo took
     */
    boolean write(List<JobRun> guide, JobRun fused, JobRun split, Duration all) {
        guide.forEach(this::writeFiles);
        PictureFiles.write(out.resolve(SHEET), DemoSheet.png(guide));
        Comparison comparison = Comparison.of(fused.files(), split.files());
        terminal.remark("");
        terminal.remark("The chain's result, as it stands on darkroom.results:");
        terminal.line(Json.pretty(fused.result()));
        terminal.remark("");
        terminal.remark("The chain's pictures of both runs are " + comparison.words() + ".");
        terminal.remark("");
        terminal.remark("  fused in one worker  " + timing(fused));
        terminal.remark("  a pool per model     " + timing(split));
        terminal.remark("  all of the demo      " + seconds(all));
        terminal.remark("");
        terminal.remark("All pictures on one sheet   " + out.resolve(SHEET));
        terminal.remark("The sweep as a film         " + folder(GuideJob.SWEEP).resolve("film.gif"));
        terminal.remark("Jobs, results, pictures     " + out.toAbsolutePath().normalize());
        terminal.remark("");
        terminal.remark("To send a job again:");
        terminal.remark("  ./darkroom up --data " + out
                + models.map(folder -> " --models " + folder).orElse(""));
        terminal.remark("  ./darkroom submit " + out.resolve(GuideJob.CHAIN.fileName()) + " --wait");
        return comparison.largest() == 0;
    }

    private void writeFiles(JobRun run) {
        write(run.job().fileName(), Json.pretty(run.request()));
        write(run.job().shortName() + "-result.json", Json.pretty(run.result()));
        List<JobResult.Image> images = run.result().images();
        for (int i = 0; i < images.size(); i++) {
            PictureFiles.write(
                    folder(run.job()).resolve(fileName(images.get(i), images)),
                    run.files().get(i));
        }
    }

    private static String fileName(JobResult.Image image, List<JobResult.Image> all) {
        long ofStage = all.stream()
                .filter(other -> other.stage().equals(image.stage()))
                .count();
        String number = ofStage == 1 ? "" : "-" + image.index();
        return image.stage() + number + (DemoSheet.isAnimation(image) ? ".gif" : ".png");
    }

    private Path folder(GuideJob job) {
        return out.resolve(job.shortName());
    }

    private void write(String name, String text) {
        PictureFiles.write(out.resolve(name), (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String timing(JobRun run) {
        return String.format(
                Locale.ROOT,
                "%s from request to result, %s of them computing, %d work item%s",
                seconds(run.wall()),
                seconds(Duration.ofMillis(run.computedMillis())),
                run.workItems(),
                run.workItems() == 1 ? "" : "s");
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
