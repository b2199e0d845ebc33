package io.darkroom.router;

import io.darkroom.contract.access.MissingRight;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what follows when a thread of the router dies. State and offsets are those of the last commit, so a new thread goes on
 * where it was true; but one that cannot do better than the last must not be tried forever, because a process that dies
 * repeatedly and says nothing looks alive to whoever watches it.
 */
final class ThreadDeaths implements StreamsUncaughtExceptionHandler {
    /** Rights are changed in several commands, and reach the brokers one after the other. */
    static final Duration RIGHTS_MAY_COME = Duration.ofSeconds(60);

    static final Duration WINDOW = Duration.ofMinutes(10);
    static final int MOST_DEATHS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(ThreadDeaths.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final MissingRight rights;
    private final Duration rightsMayCome;
    private final InstantSource clock;
    private final Pause pause;
    private final Deque<Instant> deaths = new ArrayDeque<>();
    private Optional<Instant> refusedSince = Optional.empty();
    private final AtomicReference<RouterFailure> failure = new AtomicReference<>(new RouterFailure.None());

    /** Waits before the next thread is started. */
    interface Pause {
        Pause SLEEP = length -> TimeUnit.MILLISECONDS.sleep(length.toMillis());

        void take(Duration length) throws InterruptedException;
    }

    /**
     * @param rightsMayCome how long a right may be missing before the router ends
     */
    ThreadDeaths(MissingRight rights, Duration rightsMayCome, InstantSource clock, Pause pause) {
        this.rights = rights;
        this.rightsMayCome = rightsMayCome;
        this.clock = clock;
        this.pause = pause;
    }

    RouterFailure failure() {
        return failure.get();
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable cause) {
        Instant now = clock.instant();
        deaths.removeIf(death -> death.plus(WINDOW).isBefore(now));
        Optional<String> refused = rights.in(cause);
        if (deaths.isEmpty() || refused.isEmpty()) {
            refusedSince = Optional.empty();
        }
        deaths.add(now);
        if (refused.isPresent()) {
            Instant since = refusedSince.orElse(now);
            refusedSince = Optional.of(since);
            if (!now.isBefore(since.plus(rightsMayCome))) {
                return end(new RouterFailure.NotAllowed(refused.get()), refused.get());
            }
            LOG.warn("{} Trying again for {} s.", refused.get(), rightsMayCome.toSeconds());
            return another();
        }
        if (deaths.size() > MOST_DEATHS) {
            String message = "the router's threads died " + deaths.size() + " times within " + WINDOW.toMinutes()
                    + " minutes, at last of: " + cause;
            LOG.error("the router ends", cause);
            return end(new RouterFailure.Broken(message), message);
        }
        LOG.error("a thread of the router died; another one takes its work", cause);
        return another();
    }

    private StreamThreadExceptionResponse another() {
        try {
            pause.take(pauseAfter(deaths.size()));
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
    }

    /** Doubles with each death in a row. */
    static Duration pauseAfter(int deaths) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(deaths - 1, 10));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private StreamThreadExceptionResponse end(RouterFailure why, String message) {
        LOG.error("{} The router stops.", message);
        failure.set(why);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
