package io.darkroom.artifacts;

import java.net.URI;
import java.time.Duration;
import java.util.Set;

/**
 * Where an S3 store is and how long it may take.
 *
 * @param endpoint scheme, host and port only, as in {@code https://s3.eu-central-1.amazonaws.com}
 *     or {@code http://minio:9000}
 * @param region as in {@code eu-central-1}; MinIO does not care
 * @param connectTimeout of one connection
 * @param silenceTimeout how long a connection may stay without a byte either way
 * @param callTimeout of one HTTP request with its answer, however briskly bytes flow
 * @param retryTimeout of an operation with all its retries, after which no further one begins
 */
public record S3Config(
        URI endpoint,
        String region,
        S3Credentials credentials,
        Duration connectTimeout,
        Duration silenceTimeout,
        Duration callTimeout,
        Duration retryTimeout) {
    private static final Duration SHORTEST_RETRY_TIMEOUT = Duration.ofSeconds(1);

    public S3Config {
        boolean plain = endpoint.getHost() != null
                && Set.of("http", "https").contains(UriForm.scheme(endpoint))
                && endpoint.getRawUserInfo() == null
                && endpoint.getRawQuery() == null
                && Set.of("", "/").contains(endpoint.getRawPath());
        if (!plain) {
            throw new IllegalArgumentException("the S3 endpoint must be http(s)://host[:port] and nothing more");
        }
        for (Duration timeout : new Duration[] {connectTimeout, silenceTimeout, callTimeout, retryTimeout}) {
            if (!timeout.isPositive()) {
                throw new IllegalArgumentException("timeouts must be positive: " + timeout);
            }
        }
        if (retryTimeout.compareTo(SHORTEST_RETRY_TIMEOUT) < 0) {
            throw new IllegalArgumentException("retryTimeout: " + retryTimeout + " is under " + SHORTEST_RETRY_TIMEOUT);
        }
    }

    /** Connects within 5 s, bears 20 s of silence and 2 min a request, tries again for 15 s. */
    public S3Config(URI endpoint, String region, S3Credentials credentials) {
        this(
                endpoint,
                region,
                credentials,
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofMinutes(2),
                Duration.ofSeconds(15));
    }
}
