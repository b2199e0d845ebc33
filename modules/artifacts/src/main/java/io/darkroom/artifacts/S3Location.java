package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The bucket and key of {@code s3://bucket/key}.
 *
 * @param key without a slash at its beginning; empty or ending with a slash in prefixes only
 */
record S3Location(String bucket, String key) {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final int LONGEST_KEY = 1024;

    static S3Location ofObject(URI uri) throws ObjectStoreException {
        S3Location location = parse(uri);
        if (location.key().isEmpty() || location.key().endsWith("/")) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the URI names no object: s3://bucket/key");
        }
        return location;
    }

    static S3Location ofPrefix(URI uri) throws ObjectStoreException {
        S3Location location = parse(uri);
        if (!location.key().isEmpty() && !location.key().endsWith("/")) {
            throw new ObjectStoreException(Kind.INVALID, uri, "a prefix to list ends with a slash");
        }
        return location;
    }

    private static S3Location parse(URI uri) throws ObjectStoreException {
        UriForm.check(uri, "s3");
        String bucket = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        if (!BUCKET.matcher(bucket).matches()) {
            throw new ObjectStoreException(
                    Kind.INVALID, uri, "a bucket's name has 3 to 63 of a-z, 0-9, dot and hyphen: s3://bucket/key");
        }
        String key = uri.getPath().substring(1);
        if (key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
            throw new ObjectStoreException(Kind.INVALID, uri, "a key has at most " + LONGEST_KEY + " bytes");
        }
        return new S3Location(bucket, key);
    }

    URI toUri() {
        try {
            return new URI("s3", bucket, "/" + key, null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a bucket and key make no URI: " + bucket, e);
        }
    }
}
