package io.darkroom.testkit;

import java.net.URI;
import java.util.List;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.options.CreateContainerOptions;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/**
 * A real S3 server in this JVM (S3Proxy): signatures are checked, objects live in memory until it
 * is closed. Starting takes well under a second, so that a test class may have its own.
 */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY = "test-access-key";
    public static final String SECRET_KEY = "test-secret-key";
    public static final String REGION = "us-east-1";

    private final S3Proxy server;
    private final TransientNio2BlobStore store;

    private S3Server(S3Proxy server, TransientNio2BlobStore store) {
        this.server = server;
        this.store = store;
    }

    /**
     * Starts a server on a free port of the loopback interface that holds empty buckets of these
     * names.
     */
    public static S3Server start(String... buckets) {
        TransientNio2BlobStore store = new TransientNio2BlobStore();
        return new S3Server(serve(URI.create("http://127.0.0.1:0"), store, List.of(buckets)), store);
    }

    /** Starts a server of a store in which it makes the buckets. */
    static S3Proxy serve(URI endpoint, BlobStore store, List<String> buckets) {
        buckets.forEach(bucket -> store.createContainer(bucket, CreateContainerOptions.NONE));
        S3Proxy server = S3Proxy.builder()
                .endpoint(endpoint)
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                .blobStore(store)
                .ignoreUnknownHeaders(true)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server does not start", e);
        }
        return server;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    public int port() {
        return server.getPort();
    }

    public String region() {
        return REGION;
    }

    public String accessKey() {
        return ACCESS_KEY;
    }

    public String secretKey() {
        return SECRET_KEY;
    }

    /** Whether the bucket holds an object of that key, seen from the server's side. */
    public boolean holds(String bucket, String key) {
        return store.blobExists(bucket, key);
    }

    /**
     * The server's tag of an object's content; of a multipart upload it ends in a dash and the
     * number of parts.
     */
    public String etag(String bucket, String key) {
        return store.blobMetadata(bucket, key).eTag();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server does not stop", e);
        }
    }
}
