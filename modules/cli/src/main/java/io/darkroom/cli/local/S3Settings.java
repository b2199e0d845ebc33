package io.darkroom.cli.local;

import io.darkroom.artifacts.S3Config;
import io.darkroom.artifacts.S3Credentials;
import io.darkroom.cli.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The S3 service as an operator named it.
 *
 * @param endpoint {@code http(s)://host[:port]}; without one there are no {@code s3://} URIs
 * @param credentialsFile a file with the keys; the environment has them otherwise
 */
public record S3Settings(Optional<String> endpoint, String region, Optional<Path> credentialsFile) {

    /** Empty where no endpoint is named. */
    public Optional<S3Config> config() {
        try {
            return endpoint.map(named -> new S3Config(URI.create(named), region, credentials()));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.infrastructure(e.getMessage(), e);
        }
    }

    private S3Credentials credentials() {
        if (credentialsFile.isPresent()) {
            try {
                return S3Credentials.fromFile(credentialsFile.get());
            } catch (IOException e) {
                throw CommandFailure.infrastructure("--s3-credentials " + credentialsFile.get() + " cannot be read", e);
            }
        }
        return S3Credentials.fromEnvironment(System.getenv())
                .orElseThrow(() -> CommandFailure.infrastructure("the S3 keys are missing; set AWS_ACCESS_KEY_ID and"
                        + " AWS_SECRET_ACCESS_KEY, or --s3-credentials FILE"));
    }
}
