package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Fetches what a user's {@code https://} URI names, trusting neither the URI nor who answers. A
 * host's name is resolved once, all its addresses must be public, and the connection goes to these
 * and no others, so that a name cannot change its meaning between check and use. Every redirect is
 * checked as the first URI was, by its owner's rule too.
 */
final class HttpsInput {
    /** Given a port: whether it may be connected to. */
    interface PortRule {
        boolean allows(int port);
    }

    private final HttpsConfig config;
    private final Predicate<InetAddress> addresses;
    private final PortRule ports;
    private final OkHttpClient http;

    HttpsInput(HttpsConfig config) {
        this(config, PublicAddresses::isPublic, port -> port == 443, new OkHttpClient());
    }

    /** For tests, whose server is on this machine and has a certificate of its own. */
    HttpsInput(HttpsConfig config, Predicate<InetAddress> addresses, PortRule ports, OkHttpClient client) {
        this.config = config;
        this.addresses = addresses;
        this.ports = ports;
        this.http = client.newBuilder()
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .proxy(Proxy.NO_PROXY)
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .build();
    }

    byte[] get(URI uri, long maxBytes, RedirectRule redirects) throws ObjectStoreException {
        long end = System.nanoTime() + config.timeout().toNanos();
        URI at = uri;
        for (int hop = 0; hop <= config.maxRedirects(); hop++) {
            Answer answer = fetch(at, maxBytes, end);
            switch (answer) {
                case Answer.Content(byte[] bytes) -> {
                    return bytes;
                }
                case Answer.Redirect(URI target) -> {
                    check(target);
                    Optional<String> fault = redirects.faultOf(target);
                    if (fault.isPresent()) {
                        throw new ObjectStoreException(
                                Kind.DENIED, target, "redirected to from " + uri.getHost() + ": " + fault.get());
                    }
                    at = target;
                }
            }
        }
        throw new ObjectStoreException(
                Kind.INVALID, uri, "more than " + config.maxRedirects() + " redirects; name the picture's own address");
    }

    private sealed interface Answer {
        record Content(byte[] bytes) implements Answer {}

        record Redirect(URI target) implements Answer {}
    }

    private Answer fetch(URI uri, long maxBytes, long end) throws ObjectStoreException {
        check(uri);
        List<InetAddress> pinned = resolve(uri, remaining(uri, end));
        OkHttpClient client = http.newBuilder()
                .dns(host -> pinned)
                .callTimeout(remaining(uri, end))
                .build();
        Request request = new Request.Builder()
                .url(uri.toString())
                .header("Accept", "image/png, image/jpeg, image/webp")
                // Without this the client inflates what it gets, past any limit on bytes.
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "darkroom")
                .build();
        try (Response response = client.newCall(request).execute()) {
            return answer(uri, response, maxBytes);
        } catch (ObjectStoreException e) {
            throw e;
        } catch (IOException e) {
            throw new ObjectStoreException(
                    Kind.TRANSIENT, uri, "the server did not answer, or not in full (" + e.getMessage() + ")", e);
        }
    }

    private void check(URI uri) throws ObjectStoreException {
        UriForm.check(uri, "https");
        if (uri.getHost() == null) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the URI names no host: https://host/picture.png");
        }
        int port = uri.getPort() == -1 ? 443 : uri.getPort();
        if (!ports.allows(port)) {
            throw new ObjectStoreException(Kind.DENIED, uri, "port " + port + " is not allowed; leave it out for 443");
        }
    }

    private List<InetAddress> resolve(URI uri, Duration time) throws ObjectStoreException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(uri.getHost()));
        Thread.ofVirtual().name("resolve").start(lookup);
        List<InetAddress> found;
        try {
            found = List.of(lookup.get(time.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            Kind kind = e.getCause() instanceof UnknownHostException ? Kind.NOT_FOUND : Kind.TRANSIENT;
            throw new ObjectStoreException(kind, uri, "the host's name cannot be resolved", e);
        } catch (TimeoutException e) {
            throw new ObjectStoreException(Kind.TRANSIENT, uri, "resolving the host's name took too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ObjectStoreException(Kind.TRANSIENT, uri, "the fetch was interrupted", e);
        }
        if (!found.stream().allMatch(addresses)) {
            throw new ObjectStoreException(Kind.DENIED, uri, "the host is not on the public Internet");
        }
        return found;
    }

    private Duration remaining(URI uri, long end) throws ObjectStoreException {
        long nanos = end - System.nanoTime();
        if (nanos <= 0) {
            throw new ObjectStoreException(
                    Kind.TRANSIENT,
                    uri,
                    "fetching took longer than " + config.timeout().toMillis() + " ms");
        }
        // The client counts in milliseconds, and takes 0 for no limit.
        return Duration.ofNanos(Math.max(nanos, 1_000_000));
    }

    private static Answer answer(URI uri, Response response, long maxBytes) throws IOException {
        int status = response.code();
        if (response.isRedirect()) {
            return new Answer.Redirect(target(uri, response.header("Location", "")));
        }
        if (status == 200) {
            String encoding = response.header("Content-Encoding", "identity");
            if (!encoding.equals("identity")) {
                throw new ObjectStoreException(Kind.INVALID, uri, "the answer is compressed, which was not asked for");
            }
            var body = response.body();
            return new Answer.Content(BoundedReading.read(uri, body.byteStream(), body.contentLength(), maxBytes));
        }
        Kind kind =
                switch (status) {
                    case 404, 410 -> Kind.NOT_FOUND;
                    case 401, 403 -> Kind.DENIED;
                    default -> status >= 500 || status == 408 || status == 429 ? Kind.TRANSIENT : Kind.INVALID;
                };
        throw new ObjectStoreException(kind, uri, "the server answered HTTP " + status);
    }

    private static URI target(URI from, String location) throws ObjectStoreException {
        if (location.isBlank()) {
            throw new ObjectStoreException(Kind.INVALID, from, "the server redirects to nowhere");
        }
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new ObjectStoreException(Kind.INVALID, from, "the server redirects to what is no URI", e);
        }
    }
}
