package io.darkroom.cli.sweep;

import io.darkroom.artifacts.ArtifactPath;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.TopicScan;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.status.JobStatus;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What the topics say of jobs at one moment: the runs that have their result and the files that these point to, and the jobs
 * that have none yet. Names are kept as digests, so that a million jobs take some hundred megabytes.
 */
final class KnownRuns {
    private final Map<Fingerprint, Outcome> outcomes = new HashMap<>();
    private final Set<Fingerprint> live = new HashSet<>();

    /**
     * @param pointers digests of the files that are the outcome, sorted
     */
    private record Outcome(Instant finished, long[] pointers) {}

    private KnownRuns() {}

    static KnownRuns read(Cluster cluster) {
        var runs = new KnownRuns();
        // Jobs first: one that ends in between is still taken for live, and left alone.
        TopicScan.read(cluster, cluster.topics().jobs(), record -> runs.status(record.key(), record.value()));
        TopicScan.read(cluster, cluster.topics().results(), record -> runs.result(record.value()));
        return runs;
    }

    /** Whether the job has no result yet, whichever its run. */
    boolean isLive(ArtifactPath file) {
        return live.contains(Fingerprint.of(job(file.tenant(), file.id())));
    }

    /** When the run got its result; empty if that is not known, or no longer. */
    Optional<Instant> finished(ArtifactPath file) {
        return Optional.ofNullable(outcomes.get(Fingerprint.of(run(file)))).map(Outcome::finished);
    }

    /** Whether a result points to the file. By its place below the output, because one folder may have several names. */
    boolean isOutcome(ArtifactPath file) {
        Outcome outcome = outcomes.get(Fingerprint.of(run(file)));
        return outcome != null
                && Arrays.binarySearch(
                                outcome.pointers(), Fingerprint.of(file.text()).high())
                        >= 0;
    }

    void status(String key, byte[] json) {
        Fingerprint job = Fingerprint.of(key);
        if (json != null && !Json.read(json, JobStatus.class).state().terminal()) {
            live.add(job);
        } else {
            live.remove(job);
        }
    }

    void result(byte[] json) {
        JobResult result;
        try {
            result = Json.read(json, JobResult.class);
        } catch (UncheckedIOException e) {
            return; // Nothing is known of its job, so nothing of it is touched.
        }
        long[] pointers = result.images().stream()
                .flatMap(image -> ArtifactPath.read(image.uri()).stream())
                .mapToLong(file -> Fingerprint.of(file.text()).high())
                .toArray();
        Fingerprint run = Fingerprint.of(job(result.tenant(), result.id()) + "/" + result.run());
        outcomes.merge(run, new Outcome(result.finishedAt(), sorted(pointers)), KnownRuns::both);
    }

    /** An id that was forgotten and used again: what either result points to is kept. */
    private static Outcome both(Outcome earlier, Outcome later) {
        long[] pointers = LongStream.concat(Arrays.stream(earlier.pointers()), Arrays.stream(later.pointers()))
                .toArray();
        return new Outcome(
                earlier.finished().isAfter(later.finished()) ? earlier.finished() : later.finished(), sorted(pointers));
    }

    private static long[] sorted(long[] numbers) {
        Arrays.sort(numbers);
        return numbers;
    }

    private static String job(String tenant, String id) {
        return tenant + "/" + id;
    }

    private static String run(ArtifactPath file) {
        return job(file.tenant(), file.id()) + "/" + file.run();
    }
}
