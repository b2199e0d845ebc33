package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.ArtifactPath;
import io.darkroom.artifacts.ArtifactStore;
import io.darkroom.artifacts.FileStore;
import io.darkroom.artifacts.ObjectStat;
import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.S3Config;
import io.darkroom.artifacts.S3Credentials;
import io.darkroom.artifacts.Sha256;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.sweep.ArtifactSweep;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.result.JobResult;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.S3Server;
import io.darkroom.testkit.TestBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class SweepTest {
    private static final URI BUCKET = URI.create("s3://renders/");
    private static final int JOBS = 8;

    @TempDir
    Path files;

    private SystemBench system;
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void open(TestBroker broker) throws Exception {
        system = new SystemBench(broker, files);
        system.importModels(Map.of("draft", "all"));
    }

    @AfterEach
    void close() throws Exception {
        system.close();
    }

    @Test
    void aFileStoreIsSweptOfWhatIsLeftOverAndOfNothingElse() throws Exception {
        sweepsLeftovers(new FileStore(files), system.under("out/"));
    }

    @Test
    void aBucketIsSweptOfWhatIsLeftOverAndOfNothingElse() throws Exception {
        try (S3Server s3 = S3Server.start("renders");
                ObjectStores store = store(s3)) {
            sweepsLeftovers(store, BUCKET);
        }
    }

    private void sweepsLeftovers(ArtifactStore store, URI output) throws Exception {
        system.startWorker("all", store);
        system.submit(Jobs.draft("over", output, 1));
        JobResult over = system.awaitResult("over");
        URI superseded = leave(store, output, "over", 1, 7, "png");
        URI handedOn = leave(store, output, "over", 1, 1, "safetensors");
        Set<URI> kept = Set.of(
                over.images().getFirst().uri(),
                leave(store, output, "over", 2, 1, "png"),
                leave(store, output, "never-heard-of", 1, 1, "png"),
                put(store, URI.create(output + "default/over/1/notes.txt")),
                put(store, URI.create(output + "a.png")));
        system.submit(Jobs.draft("live", output, 200));
        system.awaitStarted("live");
        URI early = leave(store, output, "live", 1, 1, "png");

        sweep(store, output, Duration.ZERO, Optional.of("another"), false);
        sweep(store, output, Duration.ofHours(1), Optional.empty(), false);
        sweep(store, output, Duration.ZERO, Optional.empty(), true);
        assertThat(uris(store, output)).contains(superseded, handedOn).containsAll(kept);

        sweep(store, output, Duration.ZERO, Optional.empty(), false);
        assertThat(uris(store, output))
                .doesNotContain(superseded, handedOn)
                .containsAll(kept)
                .contains(early);
        assertThat(said.toString()).containsPattern("left over +2 files");
        assertResolves(store, system.awaitResult("live"));
    }

    @Test
    void whatJobsWriteWhileSweepsGoOnIsThereInTheEnd() throws Exception {
        try (S3Server s3 = S3Server.start("renders");
                ObjectStores store = store(s3)) {
            system.startWorker("all", store);
            List<String> ids =
                    IntStream.range(0, JOBS).mapToObj(number -> "job-" + number).toList();
            for (String id : ids) {
                system.submit(Jobs.draft(id, BUCKET, 3));
            }
            long end = System.nanoTime() + SystemBench.PATIENCE.toNanos();
            do {
                assertThat(System.nanoTime() - end)
                        .as("nanoseconds beyond patience")
                        .isNegative();
                sweep(store, BUCKET, Duration.ZERO, Optional.empty(), false);
            } while (ids.stream().anyMatch(id -> system.countResults(id) == 0));
            ids.forEach(id -> leave(store, BUCKET, id, 1, 9, "png"));
            sweep(store, BUCKET, Duration.ZERO, Optional.empty(), false);

            for (String id : ids) {
                assertResolves(store, system.awaitResult(id));
            }
            assertThat(uris(store, BUCKET)).hasSize(JOBS);
        }
    }

    private void sweep(ArtifactStore store, URI prefix, Duration grace, Optional<String> tenant, boolean dryRun) {
        try (Cluster cluster = Cluster.connect(system.cluster(), system.topics())) {
            new ArtifactSweep(cluster, store, Terminal.of(new PrintWriter(said), new PrintWriter(said)))
                    .run(List.of(prefix), grace, Duration.ofDays(8), tenant, dryRun);
        }
    }

    private static void assertResolves(ArtifactStore store, JobResult result) throws IOException {
        assertThat(result.error()).isEmpty();
        JobResult.Image image = result.images().getFirst();
        assertThat(store.getVerified(image.uri(), image.sha256(), image.bytes()))
                .hasSize((int) image.bytes());
    }

    /** As an attempt leaves it that is not, or not yet, the outcome. */
    private static URI leave(ArtifactStore store, URI output, String job, int run, int attempt, String extension) {
        String sha256 = Sha256.of((job + attempt + extension).getBytes(StandardCharsets.UTF_8));
        return put(store, new ArtifactPath("default", job, run, 0, attempt, sha256, extension).under(output));
    }

    private static URI put(ArtifactStore store, URI uri) {
        try {
            store.put(uri, new byte[100], "application/octet-stream");
            return uri;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<URI> uris(ArtifactStore store, URI prefix) throws IOException {
        return store.list(prefix).stream().map(ObjectStat::uri).collect(Collectors.toSet());
    }

    private ObjectStores store(S3Server s3) {
        var config = new S3Config(s3.endpoint(), s3.region(), new S3Credentials(s3.accessKey(), s3.secretKey()));
        return system.storeWith(config);
    }
}
