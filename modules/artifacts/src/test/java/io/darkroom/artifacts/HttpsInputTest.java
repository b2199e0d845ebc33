package io.darkroom.artifacts;

import static io.darkroom.artifacts.StoreAssertions.assertFails;
import static io.darkroom.artifacts.StoreAssertions.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.darkroom.artifacts.ObjectStoreException.Kind;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.testkit.FaultProxy;
import io.darkroom.testkit.NetworkFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real HTTPS server on this machine, reached as if the machine were on the public Internet. */
class HttpsInputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HeldCertificate CERTIFICATE = new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .addSubjectAlternativeName("127.0.0.1")
            .build();

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicReference<String> acceptEncoding = new AtomicReference<>("");
    private HttpsServer server;

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void startServer() throws IOException {
        HandshakeCertificates identity =
                new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity.sslContext()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        answer("/picture.png", exchange -> send(exchange, 200, bytes(50_000)));
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private void answer(String path, Answer answer) {
        server.createContext(path, exchange -> {
            requests.incrementAndGet();
            acceptEncoding.set(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            try (exchange) {
                answer.to(exchange);
            }
        });
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private void redirect(String path, String location) {
        answer(path, exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            send(exchange, 302, new byte[0]);
        });
    }

    private URI uri(String path) {
        return URI.create("https://localhost:" + server.getAddress().getPort() + path);
    }

    /** Lets this machine pass for a public one; everything else is as in production. */
    private static HttpsInput input(Duration timeout) {
        return new HttpsInput(
                new HttpsConfig(timeout, 3),
                address -> address.isLoopbackAddress() || PublicAddresses.isPublic(address),
                port -> port != 22,
                trusting());
    }

    private static final RedirectRule ANYWHERE = _ -> Optional.empty();

    private static OkHttpClient trusting() {
        HandshakeCertificates trust = new HandshakeCertificates.Builder()
                .addTrustedCertificate(CERTIFICATE.certificate())
                .build();
        return new OkHttpClient.Builder()
                .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                .build();
    }

    @Test
    void aPictureIsFetchedWithItsQuery() throws IOException {
        assertThat(input(PATIENCE).get(uri("/picture.png?size=large"), 50_000, ANYWHERE))
                .isEqualTo(bytes(50_000));
        assertThat(acceptEncoding.get()).isEqualTo("identity");
    }

    @Test
    void moreBytesThanAllowedStopTheFetch() {
        assertFails(Kind.TOO_LARGE, () -> input(PATIENCE).get(uri("/picture.png"), 49_999, ANYWHERE));
        answer("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[10_000]);
            }
        });
        assertFails(Kind.TOO_LARGE, () -> input(PATIENCE).get(uri("/endless"), 100_000, ANYWHERE));
    }

    @Test
    void aCompressedAnswerIsRefusedNotInflated() {
        answer("/bomb", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            send(exchange, 200, bytes(100));
        });
        assertFails(Kind.INVALID, () -> input(PATIENCE).get(uri("/bomb"), 1000, ANYWHERE))
                .hasMessageContaining("compressed");
    }

    @Test
    void redirectsAreFollowedToAnAllowedPlace() throws IOException {
        redirect("/a", "/b");
        redirect("/b", uri("/picture.png").toString());
        assertThat(input(PATIENCE).get(uri("/a"), 50_000, ANYWHERE)).isEqualTo(bytes(50_000));
    }

    @Test
    void everyRedirectIsHeldAgainstItsOwnersRuleBeforeItIsAskedFor() throws IOException {
        List<String> prefixes = List.of(uri("/own/").toString());
        RedirectRule own = target -> UriPolicy.faultOfRedirect(prefixes, target.toString());
        redirect("/own/near", "/own/picture.png");
        redirect("/own/far", "/own/further");
        redirect("/own/further", "/other/secret");
        redirect("/own/climbs", "/own/%2e%2e/other/secret");
        AtomicInteger secrets = new AtomicInteger();
        answer("/other/secret", exchange -> {
            secrets.incrementAndGet();
            send(exchange, 200, bytes(100));
        });
        answer("/own/picture.png", exchange -> send(exchange, 200, bytes(100)));

        assertThat(input(PATIENCE).get(uri("/own/near"), 1000, own)).isEqualTo(bytes(100));
        assertFails(Kind.DENIED, () -> input(PATIENCE).get(uri("/own/far"), 1000, own))
                .hasMessageContaining("/other/secret")
                .hasMessageContaining(prefixes.getFirst());
        assertFails(Kind.INVALID, () -> input(PATIENCE).get(uri("/own/climbs"), 1000, own));
        assertFails(Kind.DENIED, () -> input(PATIENCE).get(uri("/own/near"), 1000, RedirectRule.NONE));
        assertThat(secrets).hasValue(0);
    }

    @Test
    void endlessRedirectsEnd() {
        redirect("/loop", "/loop");
        assertFails(Kind.INVALID, () -> input(PATIENCE).get(uri("/loop"), 10, ANYWHERE))
                .hasMessageContaining("3 redirects");
        assertThat(requests.get()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://169.254.169.254/latest/meta-data",
                "https://10.0.0.1/x",
                "https://[fd00::1]/x",
                "https://167772161/x",
                "https://localhost:22/x"
            })
    void aRedirectIntoTheNetworkIsDenied(String location) {
        redirect("/out", location);
        assertFails(Kind.DENIED, () -> input(PATIENCE).get(uri("/out"), 10, ANYWHERE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost/x", "file:///etc/passwd", "https://user:pw@localhost/x", "", "ftp://x/y"})
    void aRedirectToAnotherKindOfUriIsInvalid(String location) {
        redirect("/out", location);
        assertFails(Kind.INVALID, () -> input(PATIENCE).get(uri("/out"), 10, ANYWHERE))
                .hasMessageNotContaining("pw");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/x",
                "https://localhost/x",
                "https://2130706433/x",
                "https://[::1]/x",
                "https://[::ffff:127.0.0.1]/x",
                "https://[::ffff:169.254.169.254]/x",
                "https://0.0.0.0/x",
                "https://192.168.1.1/x",
                "https://100.64.0.1/x",
                "https://8.8.8.8:8443/x"
            })
    void addressesOfThisMachineAndItsNetworkAreDenied(String text) {
        assertFails(Kind.DENIED, () -> new HttpsInput(HttpsConfig.standard()).get(URI.create(text), 10, ANYWHERE));
        assertThat(requests.get()).isZero();
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() {
        HttpsInput strict = new HttpsInput(
                new HttpsConfig(PATIENCE, 3), InetAddress::isLoopbackAddress, port -> true, new OkHttpClient());
        assertFails(Kind.TRANSIENT, () -> strict.get(uri("/picture.png"), 50_000, ANYWHERE));
        assertThat(requests.get()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void aMissingPictureIsNotFound(int status) {
        answer("/status", exchange -> send(exchange, status, new byte[0]));
        assertFails(Kind.NOT_FOUND, () -> input(PATIENCE).get(uri("/status"), 10, ANYWHERE));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void anOverloadedServerIsTransient(int status) {
        answer("/status", exchange -> send(exchange, status, new byte[0]));
        assertFails(Kind.TRANSIENT, () -> input(PATIENCE).get(uri("/status"), 10, ANYWHERE))
                .hasMessageContaining("HTTP " + status);
    }

    @Test
    void aSignatureInTheQueryIsNotShown() {
        answer("/denied", exchange -> send(exchange, 403, new byte[0]));
        assertFails(Kind.DENIED, () -> input(PATIENCE).get(uri("/denied?signature=topsecret"), 10, ANYWHERE))
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void aServerThatDripsIsLeftWhenTheTimeIsOver() {
        answer("/drip", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
                Thread.onSpinWait();
            }
        });
        assertFails(Kind.TRANSIENT, () -> input(Duration.ofMillis(700)).get(uri("/drip"), Long.MAX_VALUE, ANYWHERE));
    }

    @Test
    void aServerThatStallsOrCutsIsTransient() throws IOException {
        try (FaultProxy proxy =
                FaultProxy.before("127.0.0.1", server.getAddress().getPort())) {
            URI through = URI.create("https://localhost:" + proxy.port() + "/picture.png");
            proxy.set(new NetworkFault.Stall());
            assertFails(Kind.TRANSIENT, () -> input(Duration.ofMillis(300)).get(through, 50_000, ANYWHERE));
            proxy.set(new NetworkFault.CutAfter(20_000));
            assertFails(Kind.TRANSIENT, () -> input(PATIENCE).get(through, 50_000, ANYWHERE));
            proxy.set(new NetworkFault.None());
            assertThat(input(PATIENCE).get(through, 50_000, ANYWHERE)).hasSize(50_000);
        }
    }

    @Test
    void aNameThatDoesNotResolveIsNotFound() {
        assertFails(
                Kind.NOT_FOUND, () -> input(PATIENCE).get(URI.create("https://no-such-host.invalid/x"), 10, ANYWHERE));
    }
}
