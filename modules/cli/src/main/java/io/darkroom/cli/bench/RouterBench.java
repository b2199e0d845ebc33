package io.darkroom.cli.bench;

import io.darkroom.bench.router.HeartbeatLoad;
import io.darkroom.bench.router.HopLatency;
import io.darkroom.bench.router.QueueDepth;
import io.darkroom.bench.router.RouterThroughput;
import io.darkroom.bench.router.TenantCount;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.local.TemporaryFolder;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.cli.terminal.TextTable;
import java.time.Duration;
import java.util.List;

/** Measures the router on this machine, and prints one table. */
public final class RouterBench {
    private static final Duration SHORT_COMMITS = Duration.ofMillis(10);
    private static final Duration KAFKAS_COMMITS = Duration.ofMillis(100);
    private static final Duration HEARTBEATS = Duration.ofSeconds(30);
    private static final int HOPS = 200;
    private static final int BATCH = 1000;
    private static final List<Integer> FEW = List.of(100);

    private final Terminal terminal;
    private final boolean quick;
    private final TextTable table = new TextTable("MEASURED", "VALUE", "BESIDE IT", "OVER THE FIRST");

    /**
     * @param quick whether little is measured and nothing warmed up, so that the figures only show that there are some
     */
    public RouterBench(Terminal terminal, boolean quick) {
        this.terminal = terminal;
        this.quick = quick;
    }

    /** Measures one after the other; each kind has the machine to itself. */
    public int run(List<Integer> waiting, List<Integer> inFlight, int jobs, int threads) throws Exception {
        terminal.remark("Hops between pools ...");
        hops();
        terminal.remark("Transitions with other jobs in the system ...");
        transitions(quick ? FEW : inFlight, quick ? FEW.getFirst() : jobs, threads);
        terminal.remark("Releases with a queue ...");
        queues(quick ? FEW : waiting);
        terminal.out().print(table);
        terminal.out().flush();
        return ExitCode.OK;
    }

    /** Measures jobs of so many tenants, and so many workers that have nothing to do. */
    public int runCounts(List<Integer> tenants, List<Integer> workers, int jobs) throws Exception {
        if (!tenants.isEmpty()) {
            terminal.remark("Jobs of one tenant and of many ...");
            tenants(tenants, jobs);
        }
        if (!workers.isEmpty()) {
            terminal.remark("Heartbeats ...");
            workers(workers);
        }
        terminal.out().print(table);
        terminal.out().flush();
        return ExitCode.OK;
    }

    private void tenants(List<Integer> tenants, int jobs) throws Exception {
        try (TemporaryFolder data = TemporaryFolder.make("darkroom-bench")) {
            List<TenantCount.Row> rows = TenantCount.measure(data.path(), KAFKAS_COMMITS, tenants, jobs);
            for (TenantCount.Row row : rows) {
                String what = "%,d jobs of %,d tenants".formatted(jobs, row.tenants());
                table.row(
                        "changelog of pools, " + what,
                        "%,d KiB".formatted(row.poolBytes() / 1024),
                        "all of dispatch %,d KiB".formatted(row.allBytes() / 1024),
                        "%.2f"
                                .formatted((double) row.poolBytes()
                                        / rows.getFirst().poolBytes()));
                table.row(
                        "transitions, " + what,
                        "%.0f us CPU each".formatted(row.cpuMicros()),
                        "",
                        "%.2f".formatted(row.cpuMicros() / rows.getFirst().cpuMicros()));
            }
        }
    }

    private void workers(List<Integer> workers) throws Exception {
        try (TemporaryFolder data = TemporaryFolder.make("darkroom-bench")) {
            for (HeartbeatLoad.Row row : HeartbeatLoad.measure(data.path(), SHORT_COMMITS, workers, HEARTBEATS)) {
                table.row(
                        "heartbeats of %,d workers".formatted(row.workers()),
                        "%.1f %% of a core".formatted(row.cores() * 100),
                        "changelog of pools %.1f KiB/s".formatted(row.changelogBytes() / 1024),
                        "");
            }
        }
    }

    private void hops() throws Exception {
        try (TemporaryFolder data = TemporaryFolder.make("darkroom-bench")) {
            for (HopLatency.Row row : HopLatency.measure(
                    data.path(),
                    List.of(SHORT_COMMITS, KAFKAS_COMMITS),
                    quick ? 1 : HOPS,
                    quick ? 0 : HopLatency.WARM_UP)) {
                table.row(
                        "hop from pool to pool, commits each " + row.commits().toMillis() + " ms",
                        "%.0f ms".formatted(row.medianMillis()),
                        "p99 %.0f ms".formatted(row.p99Millis()),
                        "");
            }
        }
    }

    private void transitions(List<Integer> inFlight, int jobs, int threads) throws Exception {
        try (TemporaryFolder data = TemporaryFolder.make("darkroom-bench")) {
            List<RouterThroughput.Row> rows =
                    RouterThroughput.measure(data.path(), KAFKAS_COMMITS, threads, inFlight, jobs);
            for (RouterThroughput.Row row : rows) {
                table.row(
                        "transitions, %,d other jobs".formatted(row.waiting()),
                        "%,.0f /s".formatted(row.transitionsPerSecond()),
                        "%.0f us CPU each".formatted(row.cpuMicros()),
                        "%.2f".formatted(row.cpuMicros() / rows.getFirst().cpuMicros()));
            }
        }
    }

    private void queues(List<Integer> waiting) throws Exception {
        try (TemporaryFolder data = TemporaryFolder.make("darkroom-bench")) {
            List<QueueDepth.Row> rows = QueueDepth.measure(
                    data.path(), waiting, quick ? FEW.getFirst() : BATCH, quick ? 0 : QueueDepth.WARM_UP);
            for (QueueDepth.Row row : rows) {
                table.row(
                        "release, %,d waiting".formatted(row.waiting()),
                        "%.0f us CPU".formatted(row.release()),
                        "cancel %.0f us, move %.0f us".formatted(row.cancel(), row.move()),
                        "%.2f".formatted(row.release() / rows.getFirst().release()));
            }
        }
    }
}
