package io.darkroom.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.client.JobClient;
import io.darkroom.cli.client.JobFollower;
import io.darkroom.cli.client.StageNames;
import io.darkroom.cli.generate.PictureFiles;
import io.darkroom.cli.local.BundledModels;
import io.darkroom.cli.local.LocalSystem;
import io.darkroom.cli.local.LocalSystemConfig;
import io.darkroom.cli.local.LocalWorker;
import io.darkroom.cli.local.TemporaryFolder;
import io.darkroom.cli.terminal.StageDisplay;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The whole system in this process, and a chain of models through it, twice: fused in one worker,
 * and with a pool for each model, so that latents cross Kafka.
 */
public final class Demo {
    private static final String SHARED_POOL = "tiny";
    private static final String CPU = "cpu";
    private static final int SLOTS = 2;
    private static final int PICTURES = 4;

    private final Terminal terminal;
    private final Path out;
    private final Optional<Path> models;
    private final long seed;
    private final boolean keep;

    public Demo(Terminal terminal, Path out, Optional<Path> models, long seed, boolean keep) {
        this.terminal = terminal;
        this.out = out;
        this.models = models;
        this.seed = seed;
        this.keep = keep;
    }

    /**
     * @return the command's exit code
     */
    public int run() throws InterruptedException {
        BundledModels bundled = BundledModels.locate(models);
        Path base = bundled.require(DemoJob.BASE);
        Path upscaler = bundled.require(DemoJob.UPSCALER);
        TemporaryFolder data = TemporaryFolder.make("darkroom-demo");
        try (LocalSystem system = start(data)) {
            ChainRun fused = fused(system, base, upscaler);
            ChainRun split = split(system, base, upscaler);
            return new DemoReport(terminal, out).write(document("demo", system), fused, split)
                    ? ExitCode.OK
                    : ExitCode.JOB_FAILED;
        } finally {
            dispose(data);
        }
    }

    private LocalSystem start(TemporaryFolder data) throws InterruptedException {
        long began = System.nanoTime();
        terminal.line("Starting a Kafka broker, a router and a file store in this process ...");
        LocalSystem system = LocalSystem.start(LocalSystemConfig.in(data.path()).withStore(out.resolve("store")));
        terminal.line("Up after "
                + DemoReport.seconds(since(began))
                + "; the broker listens at "
                + system.bootstrapServers()
                + ".");
        return system;
    }

    private ChainRun fused(LocalSystem system, Path base, Path upscaler) throws InterruptedException {
        system.importModel(base, DemoJob.BASE, SHARED_POOL);
        system.importModel(upscaler, DemoJob.UPSCALER, SHARED_POOL);
        terminal.line("");
        terminal.line("1. One worker serves both models, so the three stages run fused.");
        try (LocalWorker _ = system.startWorker(SHARED_POOL, List.of(base, upscaler), SLOTS, CPU)) {
            return submit(system, "demo-fused");
        }
    }

    private ChainRun split(LocalSystem system, Path base, Path upscaler) throws InterruptedException {
        system.importModel(base, DemoJob.BASE, DemoJob.BASE);
        system.importModel(upscaler, DemoJob.UPSCALER, DemoJob.UPSCALER);
        terminal.line("");
        terminal.line("2. A pool and a worker for each model, so latents cross Kafka.");
        try (LocalWorker _ = system.startWorker(DemoJob.BASE, List.of(base), SLOTS, CPU);
                LocalWorker _ = system.startWorker(DemoJob.UPSCALER, List.of(upscaler), SLOTS, CPU)) {
            return submit(system, "demo-split");
        }
    }

    private ChainRun submit(LocalSystem system, String id) {
        byte[] request = Json.write(document(id, system));
        StageDisplay display = StageNames.announce(new StageDisplay(terminal), request);
        try (JobClient client = new JobClient(system.cluster());
                JobFollower follower = JobFollower.fromNow(system.cluster(), DemoJob.TENANT, id)) {
            long sent = System.nanoTime();
            client.submit(request, false);
            JobResult result = JobClient.awaitResult(follower, display);
            Duration wall = since(sent);
            if (result.status() != JobResult.Status.SUCCEEDED) {
                throw CommandFailure.job("the job has no pictures: " + Json.pretty(result));
            }
            var store = new PictureFiles(system.store());
            return new ChainRun(
                    result, wall, result.images().stream().map(store::read).toList());
        }
    }

    private ObjectNode document(String id, LocalSystem system) {
        return DemoJob.document(id, PICTURES, seed, system.outputUri());
    }

    private void dispose(TemporaryFolder data) {
        if (keep) {
            terminal.line("Broker data                 " + data.path());
        } else {
            data.close();
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
