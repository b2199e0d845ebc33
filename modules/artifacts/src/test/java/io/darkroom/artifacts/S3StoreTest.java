package io.darkroom.artifacts;

import static io.darkroom.artifacts.StoreAssertions.assertFails;
import static io.darkroom.artifacts.StoreAssertions.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import io.darkroom.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3StoreTest {
    private static S3Server server;
    private static S3Store store;

    @BeforeAll
    static void startServer() {
        server = S3Server.start("renders", "my.other-bucket");
        store = new S3Store(config(new S3Credentials(server.accessKey(), server.secretKey())));
    }

    private static S3Config config(S3Credentials credentials) {
        return new S3Config(server.endpoint(), server.region(), credentials);
    }

    @AfterAll
    static void stopServer() {
        store.close();
        server.close();
    }

    private static URI uri(String key) {
        return URI.create("s3://renders/" + key);
    }

    @Test
    void whatIsPutCanBeGotAndStands() throws IOException {
        store.put(uri("a/b.png"), bytes(70_000), "image/png");
        assertThat(store.get(uri("a/b.png"), 70_000)).isEqualTo(bytes(70_000));
        assertThat(store.stat(uri("a/b.png")).bytes()).isEqualTo(70_000);
        assertThat(server.holds("renders", "a/b.png")).isTrue();
    }

    @Test
    void anEmptyObjectIsAnObject() throws IOException {
        store.put(uri("empty"), new byte[0], "text/plain");
        assertThat(store.get(uri("empty"), 0)).isEmpty();
    }

    @Test
    void aLargeObjectGoesUpInParts(@TempDir Path folder) throws IOException {
        byte[] large = bytes(19 << 20);
        store.put(uri("large"), large, "application/octet-stream");
        assertThat(server.etag("renders", "large")).contains("-3");
        assertThat(Sha256.of(store.get(uri("large"), large.length))).isEqualTo(Sha256.of(large));
        Path file = Files.write(folder.resolve("large"), large);
        store.put(uri("large-file"), file, "application/octet-stream");
        assertThat(server.etag("renders", "large-file")).contains("-3");
        assertThat(store.getVerified(uri("large-file"), Sha256.of(file), large.length))
                .hasSize(large.length);
    }

    @Test
    void keysThatUrisEscapeComeBackAsTheyWere() throws IOException {
        store.put(uri("odd/a%20fox%20%C3%BCber+%3F.png"), bytes(3), "image/png");
        assertThat(server.holds("renders", "odd/a fox über+?.png")).isTrue();
        URI listed = store.list(uri("odd/")).getFirst().uri();
        assertThat(store.get(listed, 3)).isEqualTo(bytes(3));
    }

    @Test
    void aPageAtATimeAllObjectsComeOnceAlsoWhileTheyAreDeleted() throws IOException {
        Set<URI> there = new HashSet<>();
        for (int number = 0; number < 25; number++) {
            store.put(uri("pages/" + number % 3 + "/" + number), bytes(1), "text/plain");
            there.add(uri("pages/" + number % 3 + "/" + number));
        }
        List<URI> seen = new ArrayList<>();
        store.eachPage(uri("pages/"), 5, page -> {
            assertThat(page).hasSizeLessThanOrEqualTo(5);
            for (ObjectStat object : page) {
                seen.add(object.uri());
                store.delete(object.uri());
            }
        });
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(there);
        assertThat(store.list(uri("pages/"))).isEmpty();
    }

    @Test
    void objectsAreListedBelowAPrefix() throws IOException {
        for (String key : new String[] {"list/b/2", "list/b/1", "list/bb/1"}) {
            store.put(uri(key), bytes(3), "text/plain");
        }
        assertThat(store.list(uri("list/b/")))
                .extracting(ObjectStat::uri)
                .containsExactly(uri("list/b/1"), uri("list/b/2"));
        assertThat(store.list(uri("list/none/"))).isEmpty();
        assertFails(Kind.INVALID, () -> store.list(uri("list/b")));
    }

    @Test
    void deletingTwiceIsNoError() throws IOException {
        store.put(uri("gone"), bytes(3), "text/plain");
        store.delete(uri("gone"));
        store.delete(uri("gone"));
        assertThat(server.holds("renders", "gone")).isFalse();
    }

    @Test
    void bucketsWithDotsWork() throws IOException {
        URI uri = URI.create("s3://my.other-bucket/x");
        store.put(uri, bytes(3), "text/plain");
        assertThat(store.get(uri, 3)).isEqualTo(bytes(3));
    }

    @Test
    void aMissingObjectIsNotFound() {
        assertFails(Kind.NOT_FOUND, () -> store.get(uri("no"), 10)).hasMessageContaining("s3://renders/no: ");
        assertFails(Kind.NOT_FOUND, () -> store.stat(uri("no")));
    }

    @Test
    void aMissingBucketIsNotFoundAndNamed() {
        URI uri = URI.create("s3://no-such-bucket/x");
        assertFails(Kind.NOT_FOUND, () -> store.put(uri, bytes(3), "text/plain"))
                .hasMessageContaining("s3://no-such-bucket/x: the bucket does not exist");
        assertFails(Kind.NOT_FOUND, () -> store.put(uri, bytes(9 << 20), "text/plain"));
        assertFails(Kind.NOT_FOUND, () -> store.get(uri, 10));
        assertFails(Kind.NOT_FOUND, () -> store.list(URI.create("s3://no-such-bucket/")));
    }

    @Test
    void aWrongSecretIsThisProcessesFaultAndNotRepeated() {
        S3Credentials wrong = new S3Credentials(server.accessKey(), "not-the-secret-key");
        try (S3Store stranger = new S3Store(config(wrong))) {
            assertFails(Kind.MISCONFIGURED, () -> stranger.put(uri("x"), bytes(3), "text/plain"))
                    .hasMessageContaining("credentials")
                    .hasMessageNotContaining("not-the-secret-key");
            assertFails(Kind.MISCONFIGURED, () -> stranger.get(uri("x"), 10));
        }
    }

    @Test
    void anUnknownAccessKeyIsTooWhereTheStoreSaysSo() {
        try (S3Store stranger = new S3Store(config(new S3Credentials("somebody", "something")))) {
            assertFails(Kind.MISCONFIGURED, () -> stranger.get(uri("x"), 10));
            assertFails(Kind.DENIED, () -> stranger.stat(uri("x")));
        }
    }

    @Test
    void moreBytesThanAllowedAreRefusedBeforeTheyAreRead() throws IOException {
        store.put(uri("big"), bytes(11), "text/plain");
        assertFails(Kind.TOO_LARGE, () -> store.get(uri("big"), 10)).hasMessageContaining("11 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://renders/",
                "s3://renders",
                "s3://renders/a/",
                "s3://renders/a/../b",
                "s3://renders/%2e%2e/b",
                "s3://renders/a//b",
                "s3://renders/a%2Fb",
                "s3://renders/a?versionId=1",
                "s3://renders/a#b",
                "s3://user:secret@renders/a",
                "s3://renders:9000/a",
                "s3://UPPER/a",
                "s3://b/a",
                "s3:///a",
                "s3:a"
            })
    void urisThatNameNoObjectAreInvalid(String text) {
        assertFails(Kind.INVALID, () -> store.get(URI.create(text), 10)).hasMessageNotContaining("secret");
        assertFails(Kind.INVALID, () -> store.put(URI.create(text), bytes(1), "text/plain"));
    }

    @Test
    void keysHaveAtMostAThousandAndTwentyFourBytes() {
        assertFails(Kind.INVALID, () -> store.get(uri("x".repeat(1025)), 10)).hasMessageContaining("1024");
    }
}
