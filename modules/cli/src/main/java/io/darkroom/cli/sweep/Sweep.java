package io.darkroom.cli.sweep;

import io.darkroom.artifacts.ArtifactPath;
import io.darkroom.artifacts.ArtifactStore;
import io.darkroom.artifacts.KeptPath;
import io.darkroom.artifacts.ObjectStat;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.cli.sweep.SweepReport.Finding;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Removes what no result points to, of runs that have their result: files of superseded attempts, latents that were handed
 * on, and all that a run without pictures left. A file is touched only if everything is known about it; what is not, is left.
 */
final class Sweep {
    private static final int PAGE = 1000;

    private final ArtifactStore store;
    private final KnownRuns runs;
    private final Instant cutoff;
    private final Instant keptCutoff;
    private final Optional<String> tenant;
    private final boolean dryRun;

    /**
     * @param cutoff what is younger is left alone; not after the moment at which {@code runs} was read
     * @param keptCutoff what was kept before is removed; the router lets nobody take it any more
     * @param tenant whose files are looked at; empty: everyone's
     * @param dryRun to count only
     */
    Sweep(
            ArtifactStore store,
            KnownRuns runs,
            Instant cutoff,
            Instant keptCutoff,
            Optional<String> tenant,
            boolean dryRun) {
        this.store = store;
        this.runs = runs;
        this.cutoff = cutoff;
        this.keptCutoff = keptCutoff;
        this.tenant = tenant;
        this.dryRun = dryRun;
    }

    /**
     * Looks at every file below the prefix, a page of the listing at a time.
     *
     * @param progress told the number of files looked at after each page
     */
    SweepReport run(URI prefix, LongConsumer progress) throws ObjectStoreException {
        var report = new SweepReport();
        long[] seen = {0};
        store.eachPage(prefix, PAGE, page -> {
            sweep(page, report);
            seen[0] += page.size();
            progress.accept(seen[0]);
        });
        return report;
    }

    private void sweep(List<ObjectStat> page, SweepReport report) throws ObjectStoreException {
        for (ObjectStat file : page) {
            Finding finding = finding(file);
            if (finding.goes() && !dryRun) {
                store.delete(file.uri());
            }
            report.add(finding, file.bytes());
        }
    }

    private Finding finding(ObjectStat file) {
        Optional<KeptPath> kept = KeptPath.read(file.uri()).filter(found -> isMeant(found.tenant()));
        if (kept.isPresent()) {
            return file.modified().isBefore(keptCutoff) ? Finding.EXPIRED : Finding.KEPT;
        }
        Optional<ArtifactPath> path = ArtifactPath.read(file.uri()).filter(found -> isMeant(found.tenant()));
        return path.map(found -> finding(file, found)).orElse(Finding.FOREIGN);
    }

    private boolean isMeant(String owner) {
        return tenant.isEmpty() || tenant.get().equals(owner);
    }

    private Finding finding(ObjectStat file, ArtifactPath path) {
        // An id can be used again once it is forgotten: its old result says nothing of what runs now.
        if (runs.isLive(path)) {
            return Finding.LIVE;
        }
        Optional<Instant> finished = runs.finished(path);
        if (finished.isEmpty()) {
            return Finding.UNKNOWN;
        }
        if (runs.isOutcome(path)) {
            return Finding.OUTCOME;
        }
        boolean old = file.modified().isBefore(cutoff) && finished.get().isBefore(cutoff);
        return old ? Finding.LEFTOVER : Finding.YOUNG;
    }
}
