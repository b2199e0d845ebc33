package io.darkroom.cli.local;

import io.darkroom.artifacts.HttpsConfig;
import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.StoreConfig;
import io.darkroom.cli.CommandFailure;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The stores of a process as its operator named them.
 *
 * @param fileRoot the folder below which {@code file://} URIs may lie
 * @param allowHttps whether pictures may be read from {@code https://} URIs
 */
public record StoreSettings(Optional<Path> fileRoot, S3Settings s3, boolean allowHttps) {

    /** For a user who wants to fetch what a job wrote under {@code outputUri}. */
    public StoreSettings reading(URI outputUri) {
        boolean file = "file".equals(outputUri.getScheme());
        return file && fileRoot.isEmpty() ? new StoreSettings(Optional.of(Path.of(outputUri)), s3, allowHttps) : this;
    }

    public ObjectStores open() {
        if (fileRoot.isEmpty() && s3.endpoint().isEmpty()) {
            throw CommandFailure.infrastructure(
                    "there is no object store; name one with --store-root DIR or --s3-endpoint URL");
        }
        return ObjectStores.open(new StoreConfig(
                fileRoot, s3.config(), allowHttps ? Optional.of(HttpsConfig.standard()) : Optional.empty()));
    }
}
