package io.darkroom.artifacts;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which stores there are.
 *
 * @param fileRoot the folder below which {@code file://} URIs may lie
 * @param s3 the store behind {@code s3://} URIs
 */
public record StoreConfig(Optional<Path> fileRoot, Optional<S3Config> s3) {
    public static StoreConfig files(Path root) {
        return new StoreConfig(Optional.of(root), Optional.empty());
    }

    public static StoreConfig s3(S3Config s3) {
        return new StoreConfig(Optional.empty(), Optional.of(s3));
    }

    public StoreConfig withS3(S3Config config) {
        return new StoreConfig(fileRoot, Optional.of(config));
    }
}
