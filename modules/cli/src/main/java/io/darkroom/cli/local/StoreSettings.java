package io.darkroom.cli.local;

import io.darkroom.artifacts.HttpsConfig;
import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.S3Config;
import io.darkroom.artifacts.S3Credentials;
import io.darkroom.artifacts.StoreConfig;
import io.darkroom.cli.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The stores of a process as its operator named them.
 *
 * @param fileRoot the folder below which {@code file://} URIs may lie
 * @param s3Endpoint {@code http(s)://host[:port]}
 * @param s3Credentials a file with the keys; the environment has them otherwise
 * @param allowHttps whether pictures may be read from {@code https://} URIs
 */
public record StoreSettings(
        Optional<Path> fileRoot,
        Optional<String> s3Endpoint,
        String s3Region,
        Optional<Path> s3Credentials,
        boolean allowHttps) {

    /** For a user who wants to fetch what a job wrote under {@code outputUri}. */
    public StoreSettings reading(URI outputUri) {
        boolean file = "file".equals(outputUri.getScheme());
        return file && fileRoot.isEmpty()
                ? new StoreSettings(Optional.of(Path.of(outputUri)), s3Endpoint, s3Region, s3Credentials, allowHttps)
                : this;
    }

    public ObjectStores open() {
        if (fileRoot.isEmpty() && s3Endpoint.isEmpty()) {
            throw CommandFailure.infrastructure(
                    "there is no object store; name one with --store-root DIR or --s3-endpoint URL");
        }
        try {
            return ObjectStores.open(new StoreConfig(
                    fileRoot,
                    s3Endpoint.map(this::s3),
                    allowHttps ? Optional.of(HttpsConfig.standard()) : Optional.empty()));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.infrastructure(e.getMessage(), e);
        }
    }

    private S3Config s3(String endpoint) {
        return new S3Config(URI.create(endpoint), s3Region, credentials());
    }

    private S3Credentials credentials() {
        if (s3Credentials.isPresent()) {
            try {
                return S3Credentials.fromFile(s3Credentials.get());
            } catch (IOException e) {
                throw CommandFailure.infrastructure("--s3-credentials " + s3Credentials.get() + " cannot be read", e);
            }
        }
        return S3Credentials.fromEnvironment(System.getenv())
                .orElseThrow(() -> CommandFailure.infrastructure("the S3 keys are missing; set AWS_ACCESS_KEY_ID and"
                        + " AWS_SECRET_ACCESS_KEY, or --s3-credentials FILE"));
    }
}
