package io.darkroom.artifacts;

import static io.darkroom.artifacts.StoreAssertions.assertFails;
import static io.darkroom.artifacts.StoreAssertions.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import io.darkroom.testkit.FaultProxy;
import io.darkroom.testkit.NetworkFault;
import io.darkroom.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real S3 server behind a network that misbehaves. */
class S3FaultsTest {
    private static final URI OBJECT = URI.create("s3://renders/object");

    private static S3Server server;
    private FaultProxy proxy;
    private S3Store store;

    @BeforeAll
    static void startServer() {
        server = S3Server.start("renders");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void openStore() {
        proxy = FaultProxy.before("127.0.0.1", server.port());
        store = storeWithPatience(Duration.ofSeconds(30));
    }

    private S3Store storeWithPatience(Duration silence) {
        return store(URI.create("http://127.0.0.1:" + proxy.port()), silence);
    }

    private static S3Store store(URI endpoint, Duration silence) {
        return new S3Store(new S3Config(
                endpoint,
                server.region(),
                new S3Credentials(server.accessKey(), server.secretKey()),
                Duration.ofSeconds(30),
                silence,
                Duration.ofMinutes(1),
                Duration.ofSeconds(10)));
    }

    @AfterEach
    void closeStore() {
        store.close();
        proxy.close();
    }

    @Test
    void aFewAnswersOf503AreOutlived() throws IOException {
        proxy.set(new NetworkFault.Unavailable(2));
        store.put(OBJECT, bytes(100_000), "text/plain");
        assertThat(proxy.accepted()).isGreaterThanOrEqualTo(3);
        proxy.set(new NetworkFault.Unavailable(2));
        assertThat(store.get(OBJECT, 100_000)).isEqualTo(bytes(100_000));
        proxy.set(new NetworkFault.Unavailable(1));
        assertThat(store.stat(OBJECT).bytes()).isEqualTo(100_000);
        proxy.set(new NetworkFault.Unavailable(1));
        assertThat(store.list(URI.create("s3://renders/"))).isNotEmpty();
        proxy.set(new NetworkFault.Unavailable(1));
        store.delete(OBJECT);
        assertThat(server.holds("renders", "object")).isFalse();
    }

    @Test
    void aLargeObjectSurvivesA503BetweenItsParts() throws IOException {
        proxy.set(new NetworkFault.Unavailable(1));
        store.put(OBJECT, bytes(17 << 20), "text/plain");
        assertThat(Sha256.of(store.get(OBJECT, 17 << 20))).isEqualTo(Sha256.of(bytes(17 << 20)));
    }

    @Test
    void a503ThatLastsIsTransientAfterBoundedTries() {
        proxy.set(new NetworkFault.Unavailable(1000));
        assertFails(Kind.TRANSIENT, () -> store.get(OBJECT, 10)).hasMessageContaining("overloaded");
        assertThat(proxy.accepted()).isBetween(2, 10);
    }

    @Test
    void aConnectionThatIsRefusedIsTransient() {
        proxy.set(new NetworkFault.Refuse());
        assertFails(Kind.TRANSIENT, () -> store.put(OBJECT, bytes(10), "text/plain"))
                .hasMessageContaining("s3://renders/object: the store did not answer");
    }

    @Test
    void nobodyListeningIsTransient() {
        proxy.close();
        assertFails(Kind.TRANSIENT, () -> store.get(OBJECT, 10));
    }

    @Test
    void aServerThatNeverAnswersIsTransient() {
        proxy.set(new NetworkFault.Stall());
        try (S3Store impatient = storeWithPatience(Duration.ofMillis(300))) {
            assertFails(Kind.TRANSIENT, () -> impatient.get(OBJECT, 10)).hasMessageContaining("did not answer in time");
        }
        assertThat(proxy.accepted()).isPositive();
    }

    @Test
    void anAnswerThatIsSlowButComesIsTaken() throws IOException {
        store.put(OBJECT, bytes(1000), "text/plain");
        proxy.set(new NetworkFault.Delay(Duration.ofMillis(150)));
        assertThat(store.get(OBJECT, 1000)).isEqualTo(bytes(1000));
    }

    @Test
    void anAnswerThatIsCutIsNeverTakenForWhole() throws IOException {
        store.put(OBJECT, bytes(300_000), "text/plain");
        for (int cut : new int[] {5, 300, 50_000, 299_000}) {
            proxy.set(new NetworkFault.CutAfter(cut));
            assertFails(Kind.TRANSIENT, () -> store.get(OBJECT, 300_000));
        }
        proxy.set(new NetworkFault.None());
        assertThat(store.get(OBJECT, 300_000)).isEqualTo(bytes(300_000));
    }

    @Test
    void aStoreThatRecoversBetweenTriesIsNotNoticed() throws Exception {
        proxy.set(new NetworkFault.Refuse());
        int before = proxy.accepted();
        Thread repair = Thread.ofVirtual().start(() -> {
            while (proxy.accepted() == before) {
                Thread.onSpinWait();
            }
            proxy.set(new NetworkFault.None());
        });
        store.put(OBJECT, bytes(10), "text/plain");
        repair.join();
        assertThat(server.holds("renders", "object")).isTrue();
    }

    @Test
    void whatAnswersButIsNoS3ServerIsTransient() throws IOException {
        try (PlainServer web = PlainServer.answering(200, "text/html", "<html>welcome</html>");
                S3Store lost = store(web.uri(), Duration.ofSeconds(30))) {
            assertFails(Kind.TRANSIENT, () -> lost.list(URI.create("s3://renders/")));
        }
    }

    @Test
    void aGatewayWithoutItsServerIsTransient() throws IOException {
        try (PlainServer gateway = PlainServer.answering(502, "text/html", "<html>bad gateway</html>");
                S3Store lost = store(gateway.uri(), Duration.ofSeconds(30))) {
            assertFails(Kind.TRANSIENT, () -> lost.get(OBJECT, 10));
            assertFails(Kind.TRANSIENT, () -> lost.put(OBJECT, bytes(10), "text/plain"));
        }
    }
}
