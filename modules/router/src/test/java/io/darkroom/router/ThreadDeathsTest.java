package io.darkroom.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.access.MissingRight;
import io.darkroom.contract.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class ThreadDeathsTest {
    private static final StreamThreadExceptionResponse REPLACED = StreamThreadExceptionResponse.REPLACE_THREAD;
    private static final StreamThreadExceptionResponse ENDED = StreamThreadExceptionResponse.SHUTDOWN_CLIENT;

    private final List<Duration> pauses = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final MissingRight rights = RouterRights.of(Topics.standard(), "darkroom.router");
    private final ThreadDeaths deaths = new ThreadDeaths(rights, Duration.ofSeconds(60), () -> now, pauses::add);

    @Test
    void aThreadThatDiesNowAndThenIsReplacedForever() {
        for (int i = 0; i < 20; i++) {
            now = now.plus(Duration.ofMinutes(3));
            assertThat(deaths.handle(new IllegalStateException("now and then"))).isEqualTo(REPLACED);
        }
        assertThat(deaths.failure()).isEqualTo(new RouterFailure.None());
    }

    @Test
    void threadsThatDieOneAfterTheOtherEndTheRouterWithTheReason() {
        for (int i = 0; i < ThreadDeaths.MOST_DEATHS; i++) {
            assertThat(deaths.handle(new OutOfMemoryError("Java heap space"))).isEqualTo(REPLACED);
        }
        assertThat(deaths.handle(new OutOfMemoryError("Java heap space"))).isEqualTo(ENDED);
        assertThat(deaths.failure())
                .isInstanceOfSatisfying(
                        RouterFailure.Broken.class,
                        failure -> assertThat(failure.message()).contains("died 9 times", "Java heap space"));
        assertThat(pauses)
                .isSortedAccordingTo(Duration::compareTo)
                .allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(5)));
    }

    @Test
    void aRightThatComesWithinAMinuteIsWaitedForAndOneThatDoesNotEndsTheRouter() {
        StreamsException refused =
                new StreamsException(new TopicAuthorizationException(Set.of("darkroom.requests", "darkroom.results")));
        for (int seconds = 0; seconds < 60; seconds += 4) {
            assertThat(deaths.handle(refused)).isEqualTo(REPLACED);
            now = now.plus(Duration.ofSeconds(4));
        }
        assertThat(deaths.handle(refused)).isEqualTo(ENDED);
        assertThat(deaths.failure())
                .isEqualTo(new RouterFailure.NotAllowed(
                        "The brokers do not let the router work: its principal lacks READ and DESCRIBE on topic"
                                + " darkroom.requests, WRITE and DESCRIBE on topic darkroom.results."));
    }

    @Test
    void aRefusalLongAfterTheLastOneIsWaitedForAgain() {
        deaths.handle(GroupAuthorizationException.forGroupId("darkroom.router"));
        now = now.plus(Duration.ofHours(1));
        assertThat(deaths.handle(GroupAuthorizationException.forGroupId("darkroom.router")))
                .isEqualTo(REPLACED);
    }

    @Test
    void rightsAndCredentialsAreToldApart() {
        assertThat(rights.in(GroupAuthorizationException.forGroupId("darkroom.router")))
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("READ on group darkroom.router"));
        assertThat(rights.in(new StreamsException(new SaslAuthenticationException("Authentication failed"))))
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("credentials"));
        assertThat(rights.in(new IllegalStateException("other"))).isEmpty();
    }
}
