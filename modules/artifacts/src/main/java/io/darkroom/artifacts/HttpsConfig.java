package io.darkroom.artifacts;

import java.time.Duration;

/**
 * How pictures are fetched from {@code https://} URIs that users name, where the operator allows it
 * at all.
 *
 * @param timeout of one fetch, from resolving the name to the last byte, with all redirects
 * @param maxRedirects that are followed
 */
public record HttpsConfig(Duration timeout, int maxRedirects) {
    public HttpsConfig {
        if (!timeout.isPositive() || maxRedirects < 0) {
            throw new IllegalArgumentException(
                    "the timeout must be positive and redirects not negative: " + timeout + ", " + maxRedirects);
        }
    }

    /** Half a minute, three redirects. */
    public static HttpsConfig standard() {
        return new HttpsConfig(Duration.ofSeconds(30), 3);
    }
}
