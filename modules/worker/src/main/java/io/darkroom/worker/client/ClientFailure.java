package io.darkroom.worker.client;

import io.darkroom.contract.access.MissingRight;
import java.util.Optional;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What a failure of a Kafka client means for the client that met it: the one place that decides so. */
public sealed interface ClientFailure {
    String message();

    /** The same client may go on. */
    record Passing(String message) implements ClientFailure {}

    /** The client is of no use any more; another one may be. A share consumer does not come back from such a failure by itself. */
    record Fatal(String message) implements ClientFailure {}

    /** The brokers refuse the principal; another client may be let in once somebody has granted the right. */
    record Refused(String message) implements ClientFailure {}

    /** No client of this version will ever do. */
    record Never(String message) implements ClientFailure {}

    /**
     * @param rights of the process whose client failed
     */
    static ClientFailure of(Throwable failure, MissingRight rights) {
        Optional<String> missing = rights.in(failure);
        if (missing.isPresent()) {
            return new Refused(missing.get());
        }
        return switch (failure) {
            case UnsupportedVersionException e ->
                new Never("The brokers do not speak this worker's protocol: " + e.getMessage()
                        + ". Kafka 4.3 or later with share groups is needed.");
            case RetriableException e -> new Passing(e.toString());
            default -> new Fatal(failure.toString());
        };
    }
}
