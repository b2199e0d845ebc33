package io.darkroom.cli.bench;

import io.darkroom.bench.JobOverhead;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.JobClient;
import io.darkroom.cli.client.JobFollower;
import io.darkroom.cli.generate.JobIds;
import io.darkroom.cli.local.LocalSystem;
import io.darkroom.cli.local.LocalSystemConfig;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.result.JobResult;
import java.nio.file.Path;
import java.util.List;

/** A system in this process that runs the chain, one picture at a time, a pool per model. */
final class ChainSystem implements AutoCloseable {
    private static final long SEED = 7;

    private final LocalSystem system;
    private final JobClient client;

    private ChainSystem(LocalSystem system) {
        this.system = system;
        this.client = new JobClient(system.cluster());
    }

    static ChainSystem start(LocalSystemConfig config, Path base, Path upscaler) throws InterruptedException {
        LocalSystem system = LocalSystem.start(config);
        system.importModel(base, ChainJob.BASE, ChainJob.BASE);
        system.importModel(upscaler, ChainJob.UPSCALER, ChainJob.UPSCALER);
        system.startWorker(ChainJob.BASE, List.of(base), 1, "cpu");
        system.startWorker(ChainJob.UPSCALER, List.of(upscaler), 1, "cpu");
        return new ChainSystem(system);
    }

    JobOverhead.Timing run() {
        String id = JobIds.next("bench");
        byte[] request = Json.write(ChainJob.document(id, 1, SEED, system.outputUri()));
        try (JobFollower follower = JobFollower.fromNow(system.cluster(), Envelope.DEFAULT_TENANT, id)) {
            long sent = System.nanoTime();
            client.submit(request, false);
            JobResult result = JobClient.awaitResult(follower, _ -> {});
            double wall = (System.nanoTime() - sent) / 1e6;
            if (result.status() != JobResult.Status.SUCCEEDED) {
                throw CommandFailure.job("a job of the benchmark failed: " + Json.pretty(result));
            }
            return new JobOverhead.Timing(wall, computedMillis(result));
        }
    }

    @Override
    public void close() {
        client.close();
        system.close();
    }

    private static double computedMillis(JobResult result) {
        return result.stages().stream()
                .mapToLong(stage -> stage.computedMs().orElse(0L))
                .sum();
    }
}
