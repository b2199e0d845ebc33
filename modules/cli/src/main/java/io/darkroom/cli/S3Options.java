package io.darkroom.cli;

import io.darkroom.cli.local.S3Settings;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The S3 service of a process. Credentials never stand on a command line. */
final class S3Options {

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            defaultValue = "${env:DARKROOM_S3_ENDPOINT}",
            description = "The S3 service behind s3:// URIs, as in http://minio:9000. Default:"
                    + " $DARKROOM_S3_ENDPOINT. Keys: $AWS_ACCESS_KEY_ID and"
                    + " $AWS_SECRET_ACCESS_KEY, or --s3-credentials.")
    private String endpoint;

    @Option(
            names = "--s3-region",
            paramLabel = "REGION",
            defaultValue = "${env:DARKROOM_S3_REGION:-us-east-1}",
            description = "Default: $DARKROOM_S3_REGION, else us-east-1.")
    private String region;

    @Option(
            names = "--s3-credentials",
            paramLabel = "FILE",
            defaultValue = "${env:DARKROOM_S3_CREDENTIALS}",
            description = "A file that sets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, NAME=value.")
    private Path credentials;

    S3Settings settings() {
        return new S3Settings(Optional.ofNullable(endpoint), region, Optional.ofNullable(credentials));
    }
}
