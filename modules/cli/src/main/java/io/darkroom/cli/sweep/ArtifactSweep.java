package io.darkroom.cli.sweep;

import io.darkroom.artifacts.ArtifactStore;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.terminal.Terminal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code darkroom artifacts sweep}: what a cluster's topics know, applied to a store. */
public final class ArtifactSweep {
    private static final long FILES_BETWEEN_LINES = 100_000;

    private final Cluster cluster;
    private final ArtifactStore store;
    private final Terminal terminal;

    public ArtifactSweep(Cluster cluster, ArtifactStore store, Terminal terminal) {
        this.cluster = cluster;
        this.store = store;
        this.terminal = terminal;
    }

    /**
     * @param prefixes each ends with a slash
     * @param kept how long what stages keep is left, at least as long as the router lets jobs take it
     * @param grace what is younger is left alone; it has to cover how far the store's clock may be off
     */
    public int run(List<URI> prefixes, Duration grace, Duration kept, Optional<String> tenant, boolean dryRun) {
        Instant now = Instant.now();
        var sweep = new Sweep(store, KnownRuns.read(cluster), now.minus(grace), now.minus(kept), tenant, dryRun);
        for (URI prefix : prefixes) {
            try {
                SweepReport report = sweep.run(prefix, this::progress);
                terminal.line(prefix + (dryRun ? ": nothing was removed; there is" : ": swept"));
                terminal.out().print(report.lines());
                terminal.out().flush();
            } catch (ObjectStoreException e) {
                throw CommandFailure.infrastructure(e.getMessage(), e);
            }
        }
        return ExitCode.OK;
    }

    private void progress(long files) {
        if (files % FILES_BETWEEN_LINES == 0) {
            terminal.remark("%,d files looked at".formatted(files));
        }
    }
}
