package io.darkroom.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.cli.generate.PictureFiles;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What a person gets of the demo: files, the record, a comparison, times. */
final class DemoReport {
    private static final String SHEET = "contact-sheet.png";

    private final Terminal terminal;
    private final Path out;

    DemoReport(Terminal terminal, Path out) {
        this.terminal = terminal;
        this.out = out;
    }

    /** Says whether the two runs made the same pictures. */
    boolean write(ObjectNode job, ChainRun fused, ChainRun split) {
        writeFiles(job, fused);
        Comparison comparison = Comparison.of(fused.files(), split.files());
        terminal.line("");
        terminal.line("The result, as it stands on darkroom.results:");
        terminal.line(Json.pretty(fused.result()));
        terminal.line("");
        terminal.line("The pictures of both runs are " + comparison.words() + ".");
        terminal.line("");
        terminal.line(timing("fused in one worker", fused));
        terminal.line(timing("a pool per model", split));
        terminal.line("");
        terminal.line("Pictures, request, result   " + out.toAbsolutePath().normalize());
        terminal.line("What the result points to   " + out.resolve("store"));
        terminal.line("All pictures on one sheet   " + out.resolve(SHEET));
        return comparison.largest() == 0;
    }

    private void writeFiles(ObjectNode job, ChainRun run) {
        write("job.json", Json.pretty(job));
        write("result.json", Json.pretty(run.result()));
        List<JobResult.Image> images = run.result().images();
        for (int i = 0; i < images.size(); i++) {
            JobResult.Image image = images.get(i);
            String name = image.stage() + "-" + image.index() + ".png";
            PictureFiles.write(out.resolve(name), run.files().get(i));
        }
        PictureFiles.write(out.resolve(SHEET), DemoSheet.png(job, run));
    }

    private void write(String name, String text) {
        PictureFiles.write(out.resolve(name), (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String timing(String name, ChainRun run) {
        return String.format(
                Locale.ROOT,
                "  %-20s %s from request to result, %s of them computing, %d work item%s",
                name,
                seconds(run.wall()),
                seconds(Duration.ofMillis(run.computedMillis())),
                run.workItems(),
                run.workItems() == 1 ? "" : "s");
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
