package io.darkroom.system.faults;

import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Image;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.system.Pictures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether what was promised was kept.
 *
 * @param lost jobs without a result
 * @param duplicated jobs with more than one
 * @param failed jobs that ended without pictures, with their error
 * @param dangling pointers that do not resolve to bytes of their hash
 * @param different pictures that are not the one that this job always makes, beyond 1/255
 * @param waiting pools in whose topic work lies that nobody has finished with
 * @param thin topics with fewer replicas than there are brokers, the router's own among them
 */
record Verdict(
        int jobs,
        List<String> lost,
        List<String> duplicated,
        List<String> failed,
        List<String> dangling,
        List<String> different,
        List<String> waiting,
        List<String> thin) {

    private static final int MAX_BYTES = 1 << 20;
    private static final int TOLERANCE = 1;

    static Verdict of(
            int jobs,
            Map<String, List<JobResult>> results,
            ObjectStore store,
            List<String> waiting,
            List<String> thin) {
        var verdict = new Verdict(
                jobs,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                waiting,
                thin);
        Map<String, byte[]> byHash = new HashMap<>();
        for (int i = 0; i < jobs; i++) {
            String id = "job-" + i;
            List<JobResult> found = results.getOrDefault(id, List.of());
            if (found.isEmpty()) {
                verdict.lost.add(id);
            } else if (found.size() > 1) {
                verdict.duplicated.add(id);
            }
            found.forEach(result -> verdict.judge(result, store, byHash));
        }
        verdict.compare(byHash);
        return verdict;
    }

    boolean kept() {
        return lost.isEmpty()
                && duplicated.isEmpty()
                && failed.isEmpty()
                && dangling.isEmpty()
                && different.isEmpty()
                && waiting.isEmpty()
                && thin.isEmpty();
    }

    private void judge(JobResult result, ObjectStore store, Map<String, byte[]> byHash) {
        if (result.status() != Status.SUCCEEDED || result.images().size() != 1) {
            failed.add(result.id() + " " + result.status() + " " + result.error());
            return;
        }
        Image image = result.images().getFirst();
        try {
            byte[] bytes = store.getVerified(image.uri(), image.sha256(), MAX_BYTES);
            if (bytes.length != image.bytes()) {
                dangling.add(image.uri() + " has " + bytes.length + " bytes, not " + image.bytes());
            }
            byHash.putIfAbsent(image.sha256(), bytes);
        } catch (ObjectStoreException e) {
            dangling.add(e.getMessage());
        }
    }

    /** All jobs have the same prompts and seeds. */
    private void compare(Map<String, byte[]> byHash) {
        List<byte[]> pictures = List.copyOf(byHash.values());
        for (byte[] picture : pictures) {
            try {
                int difference = Pictures.largestDifference(pictures.getFirst(), picture);
                if (difference > TOLERANCE) {
                    different.add("a picture differs by " + difference + "/255");
                }
            } catch (IOException e) {
                different.add("a picture cannot be read: " + e.getMessage());
            }
        }
    }
}
