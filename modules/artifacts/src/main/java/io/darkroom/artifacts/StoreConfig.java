package io.darkroom.artifacts;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which stores there are.
 *
 * @param fileRoot the folder below which {@code file://} URIs may lie
 * @param s3 the store behind {@code s3://} URIs
 * @param https how {@code https://} URIs are read; empty if they are not allowed
 */
public record StoreConfig(Optional<Path> fileRoot, Optional<S3Config> s3, Optional<HttpsConfig> https) {
    public static StoreConfig files(Path root) {
        return new StoreConfig(Optional.of(root), Optional.empty(), Optional.empty());
    }

    public static StoreConfig s3(S3Config s3) {
        return new StoreConfig(Optional.empty(), Optional.of(s3), Optional.empty());
    }

    public StoreConfig withS3(S3Config config) {
        return new StoreConfig(fileRoot, Optional.of(config), https);
    }

    public StoreConfig withHttps(HttpsConfig config) {
        return new StoreConfig(fileRoot, s3, Optional.of(config));
    }
}
