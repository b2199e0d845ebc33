package io.darkroom.router;

import io.darkroom.router.streams.RouterTopology;
import io.darkroom.router.streams.StreamsSettings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running router. Its topics must be there ({@link TopicSetup}). */
public final class Router implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final Duration CLOSE = Duration.ofSeconds(20);

    private final KafkaStreams streams;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Router(RouterConfig config) {
        this.streams = new KafkaStreams(
                RouterTopology.of(config.topics(), config.uriPolicy(), config.jobLimits(), config.dispatchLimits()),
                StreamsSettings.of(config));
        streams.setStateListener((state, _) -> noted(state));
        streams.setUncaughtExceptionHandler(cause -> {
            // State and offsets are those of the last commit, so a new thread goes on where
            // it was true.
            LOG.error("a thread of the router died; another one takes its work", cause);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    }

    /** Starts; returns at once. */
    public static Router start(RouterConfig config) {
        Router router = new Router(config);
        router.streams.start();
        return router;
    }

    /**
     * Waits until the router has its share of the work and its state.
     *
     * @throws TimeoutException if that takes longer than {@code atMost}
     */
    public void awaitRunning(Duration atMost) throws InterruptedException, TimeoutException {
        if (!running.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("the router was not running after " + atMost + "; it is " + streams.state());
        }
    }

    /**
     * Waits until the router has stopped, by {@link #close} or by a fault that it cannot go on
     * after.
     */
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    @Override
    public void close() {
        streams.close(CLOSE);
    }

    private void noted(KafkaStreams.State state) {
        switch (state) {
            case RUNNING -> running.countDown();
            case ERROR, NOT_RUNNING -> stopped.countDown();
            case CREATED, REBALANCING, PENDING_SHUTDOWN, PENDING_ERROR -> {}
        }
    }
}
