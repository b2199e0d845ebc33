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
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.result.JobResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The whole system in this process, and the guide's jobs through it: fused in one worker as far as
 * they can be; at last the chain of models again, with a pool for each, so that latents cross Kafka.
 */
public final class Demo {
    private static final String SHARED_POOL = "tiny";
    private static final String CPU = "cpu";

    /** Stages that do not wait for each other share the calls of their networks. */
    private static final int SLOTS = 4;

    private final Terminal terminal;
    private final Path out;
    private final Optional<Path> models;
    private final Optional<Long> seed;
    private final boolean keep;

    /**
     * @param models a folder of models; empty for the bundled ones
     * @param seed for all stages, instead of those that the jobs name
     * @param keep whether the broker's data stay
     */
    public Demo(Terminal terminal, Path out, Optional<Path> models, Optional<Long> seed, boolean keep) {
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
        long began = System.nanoTime();
        DemoModels found =
                DemoModels.find(BundledModels.locate(models), names()).require(GuideJob.CHAIN.models());
        if (!found.missing().isEmpty()) {
            terminal.remark("Left out is what needs models that are not in " + found.folder() + ": "
                    + String.join(", ", found.missing()));
        }
        TemporaryFolder data = TemporaryFolder.make("darkroom-demo");
        try (LocalSystem system = start(data)) {
            List<JobRun> guide = guide(system, found);
            JobRun fused = guide.stream()
                    .filter(run -> run.job() == GuideJob.CHAIN)
                    .findFirst()
                    .orElseThrow();
            announce(guide.size() + 1, "The chain again, with a pool and a worker for each model");
            JobRun split = again(system, found, fused);
            boolean same = new DemoReport(terminal, out, models).write(guide, fused, split, since(began));
            return same ? ExitCode.OK : ExitCode.JOB_FAILED;
        } finally {
            dispose(data);
        }
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (GuideJob job : GuideJob.values()) {
            names.addAll(job.models());
        }
        return names;
    }

    private LocalSystem start(TemporaryFolder data) throws InterruptedException {
        long began = System.nanoTime();
        terminal.remark("Starting a Kafka broker, a router and a file store in this process ...");
        LocalSystem system = LocalSystem.start(LocalSystemConfig.in(data.path()).withStore(out.resolve("store")));
        terminal.remark("Up after "
                + DemoReport.seconds(since(began))
                + "; the broker listens at "
                + system.bootstrapServers()
                + ".");
        return system;
    }

    private List<JobRun> guide(LocalSystem system, DemoModels found) throws InterruptedException {
        found.paths().forEach((name, path) -> system.importModel(path, name, SHARED_POOL));
        terminal.remark("One worker serves " + found.paths().size() + " models.");
        try (LocalWorker _ = system.startWorker(SHARED_POOL, found.all(), SLOTS, CPU)) {
            List<JobRun> runs = new ArrayList<>();
            for (GuideJob job : GuideJob.values()) {
                job.request(found.missing(), seed, system.outputUri()).ifPresent(request -> {
                    announce(runs.size() + 1, job.shows());
                    runs.add(submit(system, job, request));
                });
            }
            return runs;
        }
    }

    private JobRun again(LocalSystem system, DemoModels found, JobRun fused) throws InterruptedException {
        List<LocalWorker> workers = new ArrayList<>();
        try {
            for (String name : fused.job().models()) {
                system.importModel(found.of(name), name, name);
                workers.add(system.startWorker(name, List.of(found.of(name)), SLOTS, CPU));
            }
            ObjectNode request = fused.request().deepCopy();
            return submit(
                    system, fused.job(), request.put("id", request.path("id").asText() + "-split"));
        } finally {
            workers.forEach(LocalWorker::close);
        }
    }

    private void announce(int number, String shows) {
        terminal.remark("");
        terminal.remark(number + ". " + shows);
    }

    private JobRun submit(LocalSystem system, GuideJob job, ObjectNode document) {
        byte[] request = Json.write(document);
        StageDisplay display = StageNames.announce(new StageDisplay(terminal), request);
        try (JobClient client = new JobClient(system.cluster());
                JobFollower follower = JobFollower.fromNow(
                        system.cluster(),
                        Envelope.DEFAULT_TENANT,
                        document.path("id").asText())) {
            long sent = System.nanoTime();
            client.submit(request, false);
            JobResult result = JobClient.awaitResult(follower, display);
            Duration wall = since(sent);
            if (result.status() != JobResult.Status.SUCCEEDED) {
                throw CommandFailure.job("the job has no pictures: " + Json.pretty(result));
            }
            var store = new PictureFiles(system.store());
            List<byte[]> files = result.images().stream().map(store::read).toList();
            JobRun run = new JobRun(job, document, result, wall, files);
            terminal.remark("  " + DemoReport.seconds(wall) + " from request to result");
            return run;
        }
    }

    private void dispose(TemporaryFolder data) {
        if (keep) {
            terminal.remark("Broker data                 " + data.path());
        } else {
            data.close();
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
