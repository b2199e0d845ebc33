package io.darkroom.cli;

import io.darkroom.cli.local.S3Settings;
import io.darkroom.cli.local.StoreSettings;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which object stores a process reads and writes. */
final class StoreOptions {

    @Option(
            names = "--store-root",
            paramLabel = "DIR",
            defaultValue = "${env:DARKROOM_STORE_ROOT}",
            description = "The folder below which file:// URIs may lie, shared by all workers. Default:"
                    + " $DARKROOM_STORE_ROOT; without it there are no file:// URIs.")
    private Path root;

    @Mixin
    private S3Options s3;

    @Option(
            names = "--allow-https",
            description = "Read pictures from https:// URIs, too, of public addresses only. The router's"
                    + " allowed prefixes must name them as well.")
    private boolean allowHttps;

    StoreSettings settings() {
        return new StoreSettings(Optional.ofNullable(root), s3.settings(), allowHttps);
    }

    S3Settings s3() {
        return s3.settings();
    }
}
