package io.darkroom.router;

import io.darkroom.router.presence.HeartbeatReader;
import io.darkroom.router.streams.RouterTopology;
import io.darkroom.router.streams.StreamsSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.streams.KafkaStreams;

/** A running router. Its topics must be there ({@link TopicSetup}). */
public final class Router implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(20);

    private final HeartbeatReader heartbeats;
    private final KafkaStreams streams;
    private final ThreadDeaths deaths;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Router(RouterConfig config, Duration rightsMayCome) {
        this.heartbeats = new HeartbeatReader(
                StreamsSettings.ofReader(config), config.topics().heartbeats(), InstantSource.system());
        this.streams = new KafkaStreams(
                RouterTopology.of(
                        config.topics(),
                        config.uriPolicy(),
                        config.grants(),
                        config.jobLimits(),
                        config.dispatchLimits(),
                        heartbeats),
                StreamsSettings.of(config));
        this.deaths = new ThreadDeaths(
                RouterRights.of(config.topics(), config.applicationId()),
                rightsMayCome,
                InstantSource.system(),
                ThreadDeaths.Pause.SLEEP);
        streams.setStateListener((state, _) -> noted(state));
        streams.setUncaughtExceptionHandler(deaths);
    }

    /** Starts; returns at once. */
    public static Router start(RouterConfig config) {
        return start(config, ThreadDeaths.RIGHTS_MAY_COME);
    }

    /** The same, with another patience for rights that are missing. */
    static Router start(RouterConfig config, Duration rightsMayCome) {
        Router router = new Router(config, rightsMayCome);
        router.heartbeats.start();
        router.streams.start();
        return router;
    }

    /**
     * Waits until the router has its share of the work and its state.
     *
     * @throws TimeoutException if that takes longer than {@code atMost}, or if the router has stopped by itself ({@link #failure})
     */
    public void awaitRunning(Duration atMost) throws InterruptedException, TimeoutException {
        if (!running.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("the router was not running after " + atMost + "; it is " + streams.state());
        }
        if (stopped.getCount() == 0) {
            throw new TimeoutException("the router stopped before it was running; its log says why");
        }
    }

    /**
     * Waits until the router has stopped, by {@link #close} or by a fault that it cannot go on
     * after.
     */
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /** Why it stopped, once it has stopped by itself. */
    public RouterFailure failure() {
        return deaths.failure();
    }

    @Override
    public void close() {
        streams.close(CLOSE);
        heartbeats.close();
    }

    private void noted(KafkaStreams.State state) {
        switch (state) {
            case RUNNING -> running.countDown();
            case ERROR, NOT_RUNNING -> {
                stopped.countDown();
                running.countDown();
            }
            case CREATED, REBALANCING, PENDING_SHUTDOWN, PENDING_ERROR -> {}
        }
    }
}
