package io.darkroom.artifacts;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** What S3 requests are signed with. Its text form shows nothing of the secret. */
public record S3Credentials(String accessKey, String secretKey, Optional<String> sessionToken) {
    private static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
    private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
    private static final String SESSION_TOKEN = "AWS_SESSION_TOKEN";

    public S3Credentials {
        if (accessKey.isBlank() || secretKey.isBlank()) {
            throw new IllegalArgumentException("S3 credentials need an access key and a secret key");
        }
    }

    public S3Credentials(String accessKey, String secretKey) {
        this(accessKey, secretKey, Optional.empty());
    }

    /** From the variables that every S3 tool reads; empty if neither key is set. */
    public static Optional<S3Credentials> fromEnvironment(Map<String, String> environment) {
        return from(environment, "the environment");
    }

    /**
     * From a file of the same names, one {@code NAME=value} a line, as secrets are mounted into
     * containers.
     */
    public static S3Credentials fromFile(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        Map<String, String> values = new HashMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> values.put(name, properties.getProperty(name).strip()));
        return from(values, "the file " + file)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the file " + file + " must set " + ACCESS_KEY + " and " + SECRET_KEY));
    }

    private static Optional<S3Credentials> from(Map<String, String> values, String where) {
        String access = values.getOrDefault(ACCESS_KEY, "");
        String secret = values.getOrDefault(SECRET_KEY, "");
        if (access.isBlank() && secret.isBlank()) {
            return Optional.empty();
        }
        if (access.isBlank() || secret.isBlank()) {
            throw new IllegalArgumentException(
                    where + " sets only one of " + ACCESS_KEY + " and " + SECRET_KEY + "; both are needed");
        }
        Optional<String> token = Optional.ofNullable(values.get(SESSION_TOKEN)).filter(text -> !text.isBlank());
        return Optional.of(new S3Credentials(access, secret, token));
    }

    @Override
    public String toString() {
        return "S3Credentials[...]";
    }
}
