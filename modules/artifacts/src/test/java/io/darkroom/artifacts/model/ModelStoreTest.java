package io.darkroom.artifacts.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.S3Config;
import io.darkroom.artifacts.S3Credentials;
import io.darkroom.artifacts.Sha256;
import io.darkroom.artifacts.StoreConfig;
import io.darkroom.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store of models in a real S3 server, and a cache of a real folder. */
class ModelStoreTest {
    private static final long ROOM = 1L << 30;

    @TempDir
    private Path folder;

    private S3Server server;
    private ObjectStores objects;
    private ModelStore store;

    @BeforeEach
    void startServer() {
        server = S3Server.start("models");
        objects = ObjectStores.open(StoreConfig.s3(new S3Config(
                server.endpoint(), server.region(), new S3Credentials(server.accessKey(), server.secretKey()))));
        store = new ModelStore(objects, URI.create("s3://models/shelf/"));
    }

    @AfterEach
    void stopServer() {
        objects.close();
        server.close();
    }

    /** A model of two files; one of them, {@code vae}, may be another model's as well. */
    private LocalFiles model(String name, String vae) throws IOException {
        Path model = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(model.resolve("vae"));
        Files.writeString(model.resolve("model_index.json"), name);
        Files.writeString(model.resolve("vae/model.onnx"), vae);
        Files.writeString(model.resolve("README.md"), "not part of it");
        return LocalFiles.read(model);
    }

    private StoredModel added(LocalFiles files) throws IOException {
        store.add(files.model(), files::place, Transfer.UNWATCHED);
        return files.model();
    }

    private ModelCache cache(long maxBytes) {
        return cache(maxBytes, Clock.systemUTC());
    }

    private ModelCache cache(long maxBytes, Clock clock) {
        return new ModelCache(folder.resolve("cache"), maxBytes, clock);
    }

    private void replaceBlob(StoredModel model, String path, byte[] content) throws IOException {
        StoredFile file = model.files().stream()
                .filter(candidate -> candidate.path().equals(path))
                .findFirst()
                .orElseThrow();
        objects.put(URI.create(store.prefix() + "blobs/" + file.sha256()), content, "application/octet-stream");
    }

    @Test
    void aPulledModelIsTheOneThatWasImported() throws Exception {
        StoredModel model = added(model("a", "weights"));
        try (CachedModel cached = cache(ROOM).use(model.digest(), List.of(store), Transfer.UNWATCHED)) {
            assertThat(cached.path().resolve("vae/model.onnx")).hasContent("weights");
            assertThat(cached.path().resolve("README.md")).doesNotExist();
            assertThat(LocalFiles.read(cached.path()).model()).isEqualTo(model);
        }
        assertThat(store.digests()).containsExactly(model.digest());
    }

    @Test
    void aModelThatIsOneFileKeepsItsNameAndItsDigest() throws Exception {
        Path file = Files.writeString(folder.resolve("cat.safetensors"), "learned");
        StoredModel model = added(LocalFiles.read(file));
        assertThat(model.digest()).isEqualTo(Sha256.of(file));
        try (CachedModel cached = cache(ROOM).use(model.digest(), List.of(store), Transfer.UNWATCHED)) {
            assertThat(cached.path()).hasFileName("cat.safetensors").hasContent("learned");
        }
    }

    @Test
    void filesThatModelsShareAreStoredOnceAndGoWithTheLast() throws Exception {
        StoredModel first = added(model("a", "shared"));
        StoredModel second = added(model("b", "shared"));
        String shared = "shelf/blobs/" + Sha256.of("shared".getBytes(StandardCharsets.UTF_8));
        assertThat(objects.list(URI.create("s3://models/shelf/blobs/"))).hasSize(3);
        assertThat(store.remove(first.digest())).isEqualTo(1);
        assertThat(server.holds("models", shared)).isTrue();
        assertThat(store.verify(second, Transfer.UNWATCHED)).isEmpty();
        assertThat(store.remove(second.digest())).isEqualTo(7);
        assertThat(objects.list(URI.create("s3://models/shelf/"))).isEmpty();
    }

    @Test
    void verifyNamesWhatIsMissingAndWhatDiffers() throws Exception {
        StoredModel model = added(model("a", "weights"));
        replaceBlob(model, "vae/model.onnx", "WEIGHTS".getBytes(StandardCharsets.UTF_8));
        assertThat(store.verify(model, Transfer.UNWATCHED)).containsExactly("vae/model.onnx differs");
        replaceBlob(model, "vae/model.onnx", new byte[3]);
        assertThat(store.verify(model, Transfer.UNWATCHED)).containsExactly("vae/model.onnx has 3 bytes, not 7");
        objects.delete(
                URI.create(store.prefix() + "blobs/" + model.files().getFirst().sha256()));
        assertThat(store.verify(model, Transfer.UNWATCHED)).contains("model_index.json is missing");
    }

    @Test
    void aFileWithOtherBytesIsNeverShownAndAPullAfterItsRepairSucceeds() throws Exception {
        LocalFiles files = model("a", "weights");
        StoredModel model = added(files);
        replaceBlob(model, "vae/model.onnx", "WEIGHTS".getBytes(StandardCharsets.UTF_8));
        ModelCache cache = cache(ROOM);
        assertThatThrownBy(() -> cache.use(model.digest(), List.of(store), Transfer.UNWATCHED))
                .isInstanceOfSatisfying(
                        ModelStoreException.class,
                        e -> assertThat(e.kind()).isEqualTo(ModelStoreException.Kind.REFUSED))
                .hasMessageContaining("vae/model.onnx has other bytes in the store than its digest says");
        assertThat(cache.models()).doesNotExist();
        replaceBlob(model, "vae/model.onnx", "weights".getBytes(StandardCharsets.UTF_8));
        cache.use(model.digest(), List.of(store), Transfer.UNWATCHED).close();
        assertThat(cache.models().resolve(model.digest())).isDirectory();
    }

    @Test
    void aModelThatNoStoreHasIsMissing() {
        assertThatThrownBy(() -> cache(ROOM).use("0".repeat(64), List.of(store), Transfer.UNWATCHED))
                .isInstanceOfSatisfying(
                        ModelStoreException.class,
                        e -> assertThat(e.kind()).isEqualTo(ModelStoreException.Kind.MISSING))
                .hasMessageContaining("s3://models/shelf/");
    }

    @Test
    void aPullThatWasStoppedGoesOnWhereItWas() throws Exception {
        byte[] large = new byte[2 * ModelStore.PIECE_BYTES + 5];
        new Random(1).nextBytes(large);
        Path file = Files.write(folder.resolve("large.safetensors"), large);
        StoredModel model = added(LocalFiles.read(file));
        ModelCache cache = cache(ROOM);
        assertThatThrownBy(() -> cache.use(model.digest(), List.of(store), (done, of) -> done < ModelStore.PIECE_BYTES))
                .isInstanceOfSatisfying(
                        ModelStoreException.class,
                        e -> assertThat(e.kind()).isEqualTo(ModelStoreException.Kind.STOPPED));
        List<Long> seen = new ArrayList<>();
        CachedModel cached = cache.use(model.digest(), List.of(store), (done, of) -> seen.add(done));
        assertThat(seen).first().isEqualTo((long) ModelStore.PIECE_BYTES);
        assertThat(Sha256.of(cached.path())).isEqualTo(model.digest());
        cached.close();
    }

    @Test
    void twoWithOneCachePullAModelOnce() throws Exception {
        StoredModel model = added(model("a", "weights"));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Long> pulledBySecond = new ArrayList<>();
        var first = CompletableFuture.supplyAsync(() -> use(cache(ROOM), model, (done, of) -> {
            begun.countDown();
            await(goOn);
            return true;
        }));
        begun.await();
        var second =
                CompletableFuture.supplyAsync(() -> use(cache(ROOM), model, (done, of) -> pulledBySecond.add(done)));
        goOn.countDown();
        assertThat(first.get().path()).isEqualTo(second.get().path());
        assertThat(pulledBySecond).isEmpty();
        first.get().close();
        second.get().close();
    }

    private CachedModel use(ModelCache cache, StoredModel model, Transfer transfer) {
        try {
            return cache.use(model.digest(), List.of(store), transfer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theModelWhoseUseLiesBackFurthestMakesRoomAndNeverOneInUse() throws Exception {
        StoredModel first = added(model("a", "weights of a"));
        StoredModel second = added(model("b", "weights of b"));
        StoredModel third = added(model("c", "weights of c"));
        long two = first.size() + second.size();
        CachedModel used = at(1, two).use(first.digest(), List.of(store), Transfer.UNWATCHED);
        at(2, two).use(second.digest(), List.of(store), Transfer.UNWATCHED).close();
        ModelCache cache = at(3, two);
        cache.use(third.digest(), List.of(store), Transfer.UNWATCHED).close();
        assertThat(cache.models().resolve(first.digest())).isDirectory();
        assertThat(cache.models().resolve(second.digest())).doesNotExist();
        assertThat(cache.models().resolve(third.digest())).isDirectory();
        used.close();
        cache.use(second.digest(), List.of(store), Transfer.UNWATCHED).close();
        assertThat(cache.models().resolve(first.digest())).doesNotExist();
    }

    @Test
    void aCacheFullOfModelsInUseSaysSo() throws Exception {
        StoredModel first = added(model("a", "weights of a"));
        StoredModel second = added(model("b", "weights of b"));
        ModelCache cache = cache(first.size());
        try (CachedModel used = cache.use(first.digest(), List.of(store), Transfer.UNWATCHED)) {
            assertThatThrownBy(() -> cache.use(second.digest(), List.of(store), Transfer.UNWATCHED))
                    .isInstanceOfSatisfying(
                            ModelStoreException.class,
                            e -> assertThat(e.kind()).isEqualTo(ModelStoreException.Kind.NO_ROOM))
                    .hasMessageContaining(first.size() + " are in use")
                    .hasMessageContaining("--model-cache-size");
        }
    }

    /** At a second of its own, since a file system's clock may be coarse. */
    private ModelCache at(long second, long maxBytes) {
        return cache(maxBytes, Clock.fixed(Instant.ofEpochSecond(1_000_000 + second), ZoneOffset.UTC));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside",
                "/etc/passwd",
                "a/../../outside",
                "a//b",
                "a/./b",
                "manifest.json",
                "c:evil",
                "a\\\\b",
                "a\\u0000b",
                "a/b/c/d/e/f/g/h/i"
            })
    void aListThatLeadsOutOfItsFolderIsRefused(String path) throws IOException {
        String json = "{\"form\":\"folder\",\"files\":[{\"path\":\"" + path + "\",\"size\":1,\"sha256\":\""
                + "0".repeat(64) + "\"}]}";
        assertRefused(json, "path: ");
    }

    @Test
    void aListThatIsNotWhatItsDigestSaysIsRefused() throws IOException {
        assertRefused(
                "{\"form\":\"folder\",\"files\":[{\"path\":\"a\",\"size\":1,\"sha256\":\"" + "0".repeat(64) + "\"}]}",
                "its files give");
        assertRefused("{\"form\":\"folder\",\"files\":[]}", "files: 0 is outside 1..1000");
        assertRefused(
                "{\"form\":\"folder\",\"files\":[{\"path\":\"a\",\"size\":-1,\"sha256\":\"" + "0".repeat(64) + "\"}]}",
                "size: -1 is below 0");
        assertRefused("[".repeat(100), "nesting");
        String file = "{\"path\":\"%s\",\"size\":1,\"sha256\":\"" + "0".repeat(64) + "\"}";
        assertRefused(
                "{\"form\":\"folder\",\"files\":[" + file.formatted("A") + "," + file.formatted("a") + "]}",
                "is there twice");
        assertRefused(
                "{\"form\":\"folder\",\"files\":[" + file.formatted("a") + "," + file.formatted("a/b") + "]}",
                "named as a folder");
        assertRefused("x".repeat(ModelManifests.MAX_BYTES + 1), "bytes");
    }

    private void assertRefused(String json, String reason) throws IOException {
        String digest = "f".repeat(64);
        objects.put(
                URI.create(store.prefix() + "manifests/" + digest + ".json"),
                json.getBytes(StandardCharsets.UTF_8),
                "application/json");
        assertThatThrownBy(() -> cache(ROOM).use(digest, List.of(store), Transfer.UNWATCHED))
                .isInstanceOfSatisfying(
                        ModelStoreException.class,
                        e -> assertThat(e.kind()).isEqualTo(ModelStoreException.Kind.REFUSED))
                .hasMessageContaining(reason);
    }

    @Test
    void aLinkInAModelIsRefused() throws IOException {
        Path model = Files.createDirectories(folder.resolve("linked"));
        Files.createSymbolicLink(model.resolve("weights"), Files.writeString(folder.resolve("elsewhere"), "secret"));
        assertThatThrownBy(() -> LocalFiles.read(model)).hasMessageContaining("is a link");
    }

    @Test
    void anImportThatIsDoneAgainSendsOnlyWhatIsMissing() throws IOException {
        LocalFiles files = model("a", "weights");
        StoredModel model = added(files);
        objects.delete(URI.create(store.prefix() + "blobs/" + Sha256.of("weights".getBytes(StandardCharsets.UTF_8))));
        List<Long> moved = new ArrayList<>();
        store.add(model, files::place, (done, of) -> moved.add(done));
        assertThat(moved).last().isEqualTo(model.size());
        assertThat(store.verify(model, Transfer.UNWATCHED)).isEmpty();
    }
}
