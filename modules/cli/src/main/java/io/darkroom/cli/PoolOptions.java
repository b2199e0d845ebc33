package io.darkroom.cli;

import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.dispatch.TenantShare;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What a router holds to in every pool. */
final class PoolOptions {
    @Option(
            names = "--max-tenants-waiting",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many tenants may have work waiting for a pool at once; a job of one more is rejected."
                    + " Default: ${DEFAULT-VALUE}.")
    private int tenantsWaiting;

    @Option(
            names = "--min-worker-version",
            paramLabel = "N",
            defaultValue = "1",
            description = "Workers that do not read this version of work items count as none, and hold no newer work"
                    + " back. Default: ${DEFAULT-VALUE}.")
    private int oldestVersion;

    @Option(
            names = "--old-workers-hold",
            paramLabel = "DURATION",
            defaultValue = "PT1M",
            description =
                    "How long work of a newer version waits, once a day, for the last workers of its pool to leave"
                            + " that do not read it. Default: ${DEFAULT-VALUE}.")
    private Duration hold;

    DispatchLimits limits(CommandSpec spec, Map<String, TenantShare> shares) {
        try {
            return DispatchLimits.DEFAULT
                    .withShares(shares)
                    .withTenantsWaiting(tenantsWaiting)
                    .withOldestVersion(oldestVersion)
                    .withHold(hold);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
