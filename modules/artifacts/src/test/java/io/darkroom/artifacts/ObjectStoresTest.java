package io.darkroom.artifacts;

import static io.darkroom.artifacts.StoreAssertions.assertFails;
import static io.darkroom.artifacts.StoreAssertions.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import io.darkroom.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectStoresTest {
    @TempDir
    Path folder;

    @Test
    void theSchemeChoosesTheStore() throws IOException {
        try (S3Server server = S3Server.start("renders");
                ObjectStores stores = ObjectStores.open(StoreConfig.files(folder)
                        .withS3(new S3Config(
                                server.endpoint(),
                                server.region(),
                                new S3Credentials(server.accessKey(), server.secretKey()))))) {
            URI file = folder.resolve("x").toUri();
            URI object = URI.create("s3://renders/x");
            stores.put(file, bytes(3), "text/plain");
            stores.put(object, bytes(5), "text/plain");
            assertThat(stores.get(file, 3)).isEqualTo(bytes(3));
            assertThat(stores.get(object, 5)).isEqualTo(bytes(5));
            assertThat(stores.list(URI.create("s3://renders/"))).hasSize(1);
            assertThat(stores.stat(file).bytes()).isEqualTo(3);
            stores.delete(object);
            assertThat(server.holds("renders", "x")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/y", "FILE:///x", "http://x/y", "jar:file:/x!/y", "x"})
    void anotherSchemeIsInvalid(String text) {
        try (ObjectStores stores = ObjectStores.open(StoreConfig.files(folder))) {
            assertFails(Kind.INVALID, () -> stores.get(URI.create(text), 10));
            assertFails(Kind.INVALID, () -> stores.put(URI.create(text), bytes(1), "text/plain"));
        }
    }

    /** The tenant may name it, or the job would not be here. */
    @Test
    void aStoreThatThisProcessWasNotGivenIsItsOwnFault() {
        try (ObjectStores stores = ObjectStores.open(StoreConfig.files(folder))) {
            assertFails(Kind.MISCONFIGURED, () -> stores.get(URI.create("s3://renders/x"), 10));
            assertFails(Kind.MISCONFIGURED, () -> stores.put(URI.create("s3://renders/x"), bytes(1), "text/plain"));
        }
    }

    @Test
    void httpsIsReadOnlyWhereAllowedAndNeverWritten() {
        URI uri = URI.create("https://127.0.0.1/x");
        try (ObjectStores stores = ObjectStores.open(StoreConfig.files(folder))) {
            assertFails(Kind.DENIED, () -> stores.get(uri, 10)).hasMessageContaining("not allowed here");
        }
        try (ObjectStores stores = ObjectStores.open(StoreConfig.files(folder).withHttps(HttpsConfig.standard()))) {
            assertFails(Kind.DENIED, () -> stores.get(uri, 10)).hasMessageContaining("public Internet");
            assertFails(Kind.INVALID, () -> stores.put(uri, bytes(1), "text/plain"));
            assertFails(Kind.INVALID, () -> stores.delete(uri));
        }
    }

    @Test
    void credentialsComeFromEnvironmentOrFileAndAreNeverShown() throws IOException {
        Map<String, String> environment =
                Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret", "AWS_SESSION_TOKEN", "token");
        S3Credentials credentials = S3Credentials.fromEnvironment(environment).orElseThrow();
        assertThat(credentials.sessionToken()).contains("token");
        assertThat(credentials.toString()).doesNotContain("key", "secret", "token");
        Path file = Files.writeString(
                folder.resolve("credentials"), "# keys\nAWS_ACCESS_KEY_ID=key\nAWS_SECRET_ACCESS_KEY= secret\n");
        assertThat(S3Credentials.fromFile(file)).isEqualTo(new S3Credentials("key", "secret"));
        S3Config config = new S3Config(URI.create("http://127.0.0.1:9000"), "us-east-1", credentials);
        assertThat(config.toString()).doesNotContain("secret", "token");
        assertThat(S3Credentials.fromEnvironment(Map.of())).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Credentials.fromEnvironment(Map.of("AWS_ACCESS_KEY_ID", "key")))
                .withMessageContaining("both are needed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"minio:9000", "ftp://host", "http://host/path", "http://user:pw@host", "http:///x", "http://h?q"
            })
    void anEndpointIsSchemeHostAndPortOnly(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new S3Config(URI.create(endpoint), "us-east-1", new S3Credentials("a", "b")))
                .withMessageContaining("http(s)://host[:port]");
    }

    @Test
    void artifactsLieUnderTheirAttempt() {
        String digest = Sha256.of(bytes(3));
        ArtifactPath path = new ArtifactPath("catalogue", "order-1117", 1, 0, 2, digest, "png");
        assertThat(path.under(URI.create("s3://renders/out/")))
                .isEqualTo(URI.create("s3://renders/out/catalogue/order-1117/1/0/2/" + digest + ".png"));
        assertThatIllegalArgumentException().isThrownBy(() -> path.under(URI.create("s3://renders/out")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "a/b", "", "a b", "a%2fb", "\u00fc"})
    void noPartOfAnArtifactsPathLeavesItsPlace(String part) {
        String digest = Sha256.of(bytes(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ArtifactPath(part, "id", 1, 0, 1, digest, "png"))
                .withMessageContaining("tenant");
        assertThatIllegalArgumentException().isThrownBy(() -> new ArtifactPath("tenant", part, 1, 0, 1, digest, "png"));
        assertThatIllegalArgumentException().isThrownBy(() -> new ArtifactPath("tenant", "id", 1, 0, 1, digest, part));
    }
}
