package io.darkroom.cli.local;

import io.darkroom.cli.client.ClusterSettings;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.router.RouterConfig;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.ingress.TenantGrants;
import io.darkroom.router.job.JobLimits;
import java.nio.file.Path;
import java.time.Duration;

/** A router's settings: what commands let one choose, and the router's own choice for the rest. */
final class RouterConfigs {
    private RouterConfigs() {}

    static RouterConfig of(
            ClusterSettings settings,
            Topics topics,
            UriPolicy policy,
            JobLimits limits,
            TenantGrants grants,
            DispatchLimits dispatch,
            Path stateDir,
            int threads,
            Duration commitInterval) {
        RouterConfig standard = RouterConfig.of(settings.bootstrapServers(), stateDir, topics, policy);
        return standard.withLimits(limits, dispatch)
                .withGrants(grants)
                .withRunning(threads, commitInterval, settings.overrides());
    }
}
