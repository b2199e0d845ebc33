package io.darkroom.cli.bench;

import io.darkroom.bench.JobOverhead;
import io.darkroom.bench.PipelineOverhead;
import io.darkroom.bench.StartUp;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.local.BundledModels;
import io.darkroom.cli.local.LocalSystemConfig;
import io.darkroom.cli.local.TemporaryFolder;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.cli.terminal.TextTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures what the system costs on this machine, and prints one table. */
public final class Bench {
    private static final Duration SHORT_COMMITS = Duration.ofMillis(10);
    private static final Duration KAFKAS_COMMITS = Duration.ofMillis(100);

    private final Terminal terminal;
    private final BundledModels models;
    private final int runs;
    private final boolean quick;
    private final TextTable table = new TextTable("MEASURED", "MEDIAN", "10 %..90 %", "BESIDE IT", "GOAL");

    /**
     * @param runs measurements of each kind
     * @param quick whether nothing is warmed up, so that the figures only show that there are some
     */
    public Bench(Terminal terminal, Optional<Path> models, int runs, boolean quick) {
        this.terminal = terminal;
        this.models = BundledModels.locate(models);
        this.runs = runs;
        this.quick = quick;
    }

    /** Rounds before those that count. */
    private int warmUp(int rounds) {
        return quick ? 0 : rounds;
    }

    /** Measures one after the other; each kind has the machine to itself. */
    public int run() throws Exception {
        terminal.remark("Start of the command line ...");
        startUp();
        terminal.remark("A job in a pipeline beside the bare network calls ...");
        pipeline();
        terminal.remark("Jobs of three stages through the whole system ...");
        jobs();
        terminal.out().print(table);
        terminal.out().flush();
        return ExitCode.OK;
    }

    private void pipeline() throws Exception {
        PipelineOverhead.Row row = PipelineOverhead.measure(
                models.require(ChainJob.BASE), ChainJob.STEPS, runs, warmUp(PipelineOverhead.WARM_UP));
        table.row(
                "pipeline over bare ONNX Runtime, " + row.steps() + " steps",
                Cells.ratio(row.ratio()),
                Cells.ratios(row.ratio()),
                "bare " + Cells.millis(row.bareMillis()),
                "1.03");
    }

    private void jobs() throws Exception {
        try (TemporaryFolder fast = TemporaryFolder.make("darkroom-bench");
                TemporaryFolder slow = TemporaryFolder.make("darkroom-bench");
                ChainSystem shortCommits = start(fast, SHORT_COMMITS);
                ChainSystem kafkasCommits = start(slow, KAFKAS_COMMITS)) {
            Map<String, JobOverhead.Jobs> systems = new LinkedHashMap<>();
            systems.put("commits each 10 ms", shortCommits::run);
            systems.put("commits each 100 ms", kafkasCommits::run);
            for (JobOverhead.Row row : JobOverhead.measure(systems, runs, warmUp(JobOverhead.WARM_UP))) {
                table.row(
                        "job of 3 stages beyond computing, " + row.name(),
                        Cells.millis(row.overheadMillis()),
                        Cells.milliseconds(row.overheadMillis()),
                        "computing " + Cells.millis(row.computedMillis()),
                        row.name().contains("100") ? "" : "250 ms");
            }
        }
    }

    private ChainSystem start(TemporaryFolder data, Duration commits) throws InterruptedException {
        return ChainSystem.start(
                LocalSystemConfig.in(data.path()).withCommitInterval(commits),
                models.require(ChainJob.BASE),
                models.require(ChainJob.UPSCALER));
    }

    private void startUp() throws Exception {
        Path launcher = Path.of(
                        Optional.ofNullable(System.getenv("DARKROOM_HOME")).orElse("."))
                .resolve("darkroom");
        if (!Files.isExecutable(launcher)) {
            throw CommandFailure.infrastructure(launcher + " is not there; start bench with the launcher ./darkroom");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        StartUp.Row row = StartUp.measure(List.of(launcher.toString(), "--version"), List.of(java, "-version"), runs);
        table.row(
                "start: darkroom --version over java -version",
                Cells.ratio(row.ratio()),
                Cells.ratios(row.ratio()),
                Cells.millis(row.commandMillis()) + " and " + Cells.millis(row.javaMillis()),
                "");
    }
}
