package io.darkroom.worker.client;

import io.darkroom.contract.access.MissingRight;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The failures of all of a worker's Kafka clients. A right that is missing may come, as rights are changed in several commands; but
 * one that is missing for long ends the process, because a worker that cannot do its work must not look like one that has none.
 */
public final class ClientFailures {
    /** How long a right may be missing. */
    public static final Duration RIGHTS_MAY_COME = Duration.ofSeconds(60);

    private final MissingRight rights;
    private final Duration rightsMayCome;
    private final InstantSource clock;
    private final Map<String, Instant> refusedSince = new HashMap<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    public ClientFailures(MissingRight rights, Duration rightsMayCome, InstantSource clock) {
        this.rights = rights;
        this.rightsMayCome = rightsMayCome;
        this.clock = clock;
    }

    /**
     * What the failure means for the client.
     *
     * @param client a name, the same for each client that is made in a failed one's place
     */
    public synchronized ClientFailure met(String client, Throwable failure) {
        ClientFailure meaning = ClientFailure.of(failure, rights);
        switch (meaning) {
            case ClientFailure.Never(String message) -> end.complete(message);
            case ClientFailure.Refused(String message) -> {
                Instant now = clock.instant();
                Instant since = refusedSince.computeIfAbsent(client, _ -> now);
                if (!now.isBefore(since.plus(rightsMayCome))) {
                    end.complete(message);
                }
            }
            case ClientFailure.Passing _, ClientFailure.Fatal _ -> refusedSince.remove(client);
        }
        return meaning;
    }

    /** The client did what it is for. */
    public synchronized void worked(String client) {
        refusedSince.remove(client);
    }

    /** Completes with the reason once the process has to end. */
    public CompletableFuture<String> end() {
        return end;
    }

    /** Why the process has to end, if it has to. */
    public Optional<String> ended() {
        return Optional.ofNullable(end.getNow(null));
    }
}
