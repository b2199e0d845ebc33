package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * All stores as one, chosen by the URI's scheme. This is what other modules hold. Where the
 * configuration allows it, {@code https://} can be read, but not written.
 */
public final class ObjectStores implements ArtifactStore, AutoCloseable {
    private final Optional<FileStore> files;
    private final Optional<S3Store> s3;
    private final Optional<HttpsInput> https;

    private ObjectStores(Optional<FileStore> files, Optional<S3Store> s3, Optional<HttpsInput> https) {
        this.files = files;
        this.s3 = s3;
        this.https = https;
    }

    public static ObjectStores open(StoreConfig config) {
        return new ObjectStores(
                config.fileRoot().map(FileStore::new),
                config.s3().map(S3Store::new),
                config.https().map(HttpsInput::new));
    }

    private ArtifactStore storeOf(URI uri) throws ObjectStoreException {
        String scheme = UriForm.scheme(uri);
        return switch (scheme) {
            case "file" -> files.orElseThrow(() -> notConfigured(uri, "no folder for file:// URIs"));
            case "s3" -> s3.orElseThrow(() -> notConfigured(uri, "no S3 endpoint"));
            default ->
                throw new ObjectStoreException(
                        Kind.INVALID, uri, "the scheme is not one of file and s3, where objects are kept");
        };
    }

    private static ObjectStoreException notConfigured(URI uri, String what) {
        return new ObjectStoreException(Kind.MISCONFIGURED, uri, "this process is configured with " + what);
    }

    @Override
    public void put(URI uri, byte[] content, String contentType) throws ObjectStoreException {
        storeOf(uri).put(uri, content, contentType);
    }

    @Override
    public byte[] get(URI uri, long maxBytes) throws ObjectStoreException {
        return get(uri, maxBytes, RedirectRule.NONE);
    }

    @Override
    public byte[] get(URI uri, long maxBytes, RedirectRule redirects) throws ObjectStoreException {
        if (UriForm.scheme(uri).equals("https")) {
            return https.orElseThrow(() ->
                            new ObjectStoreException(Kind.DENIED, uri, "reading from https:// is not allowed here"))
                    .get(uri, maxBytes, redirects);
        }
        return storeOf(uri).get(uri, maxBytes);
    }

    @Override
    public void put(URI uri, Path file, String contentType, LongConsumer sent) throws ObjectStoreException {
        storeOf(uri).put(uri, file, contentType, sent);
    }

    @Override
    public byte[] range(URI uri, long from, int bytes) throws ObjectStoreException {
        return storeOf(uri).range(uri, from, bytes);
    }

    @Override
    public ObjectStat stat(URI uri) throws ObjectStoreException {
        return storeOf(uri).stat(uri);
    }

    @Override
    public void eachPage(URI prefix, int most, Page page) throws ObjectStoreException {
        storeOf(prefix).eachPage(prefix, most, page);
    }

    @Override
    public void delete(URI uri) throws ObjectStoreException {
        storeOf(uri).delete(uri);
    }

    @Override
    public void close() {
        s3.ifPresent(S3Store::close);
    }
}
