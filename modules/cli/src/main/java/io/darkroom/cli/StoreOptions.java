package io.darkroom.cli;

import io.darkroom.cli.local.StoreSettings;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which object stores a process reads and writes. Credentials never stand on a command line. */
final class StoreOptions {

    @Option(
            names = "--store-root",
            paramLabel = "DIR",
            defaultValue = "${env:DARKROOM_STORE_ROOT}",
            description = "The folder below which file:// URIs may lie, shared by all workers. Default:"
                    + " $DARKROOM_STORE_ROOT; without it there are no file:// URIs.")
    private Path root;

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            defaultValue = "${env:DARKROOM_S3_ENDPOINT}",
            description = "The S3 service behind s3:// URIs, as in http://minio:9000. Default:"
                    + " $DARKROOM_S3_ENDPOINT. Keys: $AWS_ACCESS_KEY_ID and"
                    + " $AWS_SECRET_ACCESS_KEY, or --s3-credentials.")
    private String s3Endpoint;

    @Option(
            names = "--s3-region",
            paramLabel = "REGION",
            defaultValue = "${env:DARKROOM_S3_REGION:-us-east-1}",
            description = "Default: $DARKROOM_S3_REGION, else us-east-1.")
    private String s3Region;

    @Option(
            names = "--s3-credentials",
            paramLabel = "FILE",
            defaultValue = "${env:DARKROOM_S3_CREDENTIALS}",
            description = "A file that sets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, NAME=value.")
    private Path s3Credentials;

    @Option(
            names = "--allow-https",
            description = "Read pictures from https:// URIs, too, of public addresses only. The router's"
                    + " allowed prefixes must name them as well.")
    private boolean allowHttps;

    StoreSettings settings() {
        return new StoreSettings(
                Optional.ofNullable(root),
                Optional.ofNullable(s3Endpoint),
                s3Region,
                Optional.ofNullable(s3Credentials),
                allowHttps);
    }
}
