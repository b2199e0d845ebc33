package io.darkroom.artifacts;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import io.darkroom.artifacts.ObjectStoreException.Kind;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.credentials.StaticProvider;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/**
 * Objects in S3 or what speaks its protocol, named by {@code s3://bucket/key}. Objects over 8 MiB
 * go up in parts. An operation that fails in a way that may pass is tried again, at growing
 * intervals, for as long as the configuration says; all operations may be repeated without harm,
 * because an object is always written whole.
 */
public final class S3Store implements ArtifactStore, AutoCloseable {
    /** S3 takes parts from 5 MiB. */
    private static final long PART_BYTES = 8L << 20;

    private static final int MOST_RETRIES = 3;

    private final MinioClient client;
    private final OkHttpClient http;
    private final ExecutorService threads;
    private final FailsafeExecutor<Object> retrying;

    public S3Store(S3Config config) {
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("s3-", 0).factory());
        this.http = httpClient(config, threads);
        S3Credentials credentials = config.credentials();
        this.client = MinioClient.builder()
                .endpoint(config.endpoint().toString())
                .region(config.region())
                .credentialsProvider(new StaticProvider(
                        credentials.accessKey(),
                        credentials.secretKey(),
                        credentials.sessionToken().orElse(null)))
                .httpClient(http)
                .build();
        this.retrying = Failsafe.with(retryPolicy(config));
    }

    private static OkHttpClient httpClient(S3Config config, ExecutorService threads) {
        Dispatcher dispatcher = new Dispatcher(threads);
        dispatcher.setMaxRequests(64);
        dispatcher.setMaxRequestsPerHost(64);
        return new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectTimeout(config.connectTimeout())
                .readTimeout(config.silenceTimeout())
                .writeTimeout(config.silenceTimeout())
                .callTimeout(config.callTimeout())
                .followRedirects(false)
                .build();
    }

    private static RetryPolicy<Object> retryPolicy(S3Config config) {
        return RetryPolicy.builder()
                .handleIf(e -> e instanceof ObjectStoreException known && known.kind() == Kind.TRANSIENT)
                .withMaxRetries(MOST_RETRIES)
                .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(2))
                .withJitter(0.3)
                .withMaxDuration(config.retryTimeout())
                .build();
    }

    @Override
    public void put(URI uri, byte[] content, String contentType) throws ObjectStoreException {
        put(uri, content.length, contentType, () -> new ByteArrayInputStream(content));
    }

    @Override
    public void put(URI uri, Path file, String contentType, LongConsumer sent) throws ObjectStoreException {
        long bytes;
        try {
            bytes = Files.size(file);
        } catch (IOException e) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the file to be stored cannot be read: " + file, e);
        }
        put(uri, bytes, contentType, () -> new CountedInput(Files.newInputStream(file), sent));
    }

    private interface Content {
        InputStream open() throws IOException;
    }

    private void put(URI uri, long bytes, String contentType, Content content) throws ObjectStoreException {
        S3Location location = S3Location.ofObject(uri);
        calling(uri, () -> {
            try (InputStream in = content.open()) {
                return client.putObject(PutObjectArgs.builder().bucket(location.bucket()).object(location.key()).stream(
                                in, bytes, PART_BYTES)
                        .contentType(contentType)
                        .build());
            }
        });
    }

    @Override
    public byte[] get(URI uri, long maxBytes) throws ObjectStoreException {
        S3Location location = S3Location.ofObject(uri);
        return calling(uri, () -> {
            GetObjectArgs args = GetObjectArgs.builder()
                    .bucket(location.bucket())
                    .object(location.key())
                    .build();
            try (GetObjectResponse response = client.getObject(args)) {
                String length = response.headers().get("Content-Length");
                return BoundedReading.read(uri, response, length == null ? -1 : Long.parseLong(length), maxBytes);
            }
        });
    }

    @Override
    public byte[] range(URI uri, long from, int bytes) throws ObjectStoreException {
        S3Location location = S3Location.ofObject(uri);
        return calling(uri, () -> {
            GetObjectArgs args = GetObjectArgs.builder()
                    .bucket(location.bucket())
                    .object(location.key())
                    .offset(from)
                    .length((long) bytes)
                    .build();
            try (GetObjectResponse response = client.getObject(args)) {
                return BoundedReading.read(uri, response, -1, bytes);
            }
        });
    }

    @Override
    public ObjectStat stat(URI uri) throws ObjectStoreException {
        S3Location location = S3Location.ofObject(uri);
        return calling(uri, () -> {
            StatObjectResponse stat = client.statObject(StatObjectArgs.builder()
                    .bucket(location.bucket())
                    .object(location.key())
                    .build());
            return new ObjectStat(uri, stat.size(), stat.lastModified().toInstant());
        });
    }

    @Override
    public void eachPage(URI prefix, int most, Page page) throws ObjectStoreException {
        S3Location location = S3Location.ofPrefix(prefix);
        List<String> keys = new ArrayList<>();
        String after = "";
        do {
            keys.clear();
            List<ObjectStat> found = pageAfter(prefix, location, after, most, keys);
            page.take(found);
            after = keys.isEmpty() ? after : keys.getLast();
        } while (keys.size() == most);
    }

    /** Up to so many objects behind a key, in the order of keys, which are put into {@code keys}. */
    private List<ObjectStat> pageAfter(URI prefix, S3Location location, String after, int most, List<String> keys)
            throws ObjectStoreException {
        return calling(prefix, () -> {
            keys.clear();
            List<ObjectStat> found = new ArrayList<>();
            Iterator<Result<Item>> results = client.listObjects(ListObjectsArgs.builder()
                            .bucket(location.bucket())
                            .prefix(location.key())
                            .startAfter(after)
                            .maxKeys(most)
                            .recursive(true)
                            .build())
                    .iterator();
            while (found.size() < most && results.hasNext()) {
                Item item = results.next().get();
                keys.add(item.objectName());
                URI uri = new S3Location(location.bucket(), item.objectName()).toUri();
                found.add(new ObjectStat(uri, item.size(), item.lastModified().toInstant()));
            }
            return List.copyOf(found);
        });
    }

    @Override
    public void delete(URI uri) throws ObjectStoreException {
        S3Location location = S3Location.ofObject(uri);
        calling(uri, () -> {
            client.removeObject(RemoveObjectArgs.builder()
                    .bucket(location.bucket())
                    .object(location.key())
                    .build());
            return location;
        });
    }

    private interface Call<T> {
        T run() throws Exception;
    }

    private <T> T calling(URI uri, Call<T> call) throws ObjectStoreException {
        try {
            return retrying.get(() -> {
                try {
                    return call.run();
                } catch (Exception e) {
                    throw S3Errors.mapped(uri, e);
                }
            });
        } catch (FailsafeException e) {
            if (e.getCause() instanceof ObjectStoreException known) {
                throw known;
            }
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new ObjectStoreException(Kind.TRANSIENT, uri, "the operation was interrupted", e);
        }
    }

    @Override
    public void close() {
        http.connectionPool().evictAll();
        threads.shutdown();
    }
}
