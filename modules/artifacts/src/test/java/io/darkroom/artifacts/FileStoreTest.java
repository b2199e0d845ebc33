package io.darkroom.artifacts;

import static io.darkroom.artifacts.StoreAssertions.assertFails;
import static io.darkroom.artifacts.StoreAssertions.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStoreTest {
    @TempDir
    Path folder;

    private Path root;
    private FileStore store;

    @BeforeEach
    void openStore() {
        root = folder.resolve("store");
        store = new FileStore(root);
    }

    private URI uri(String name) {
        return store.root().resolve(name);
    }

    @Test
    void whatIsPutCanBeGotAndStands() throws IOException {
        byte[] content = bytes(70_000);
        store.put(uri("a/b/c.bin"), content, "application/octet-stream");
        assertThat(store.get(uri("a/b/c.bin"), 70_000)).isEqualTo(content);
        assertThat(store.stat(uri("a/b/c.bin")).bytes()).isEqualTo(70_000);
        assertThat(Files.readAllBytes(root.resolve("a/b/c.bin"))).isEqualTo(content);
    }

    @Test
    void aFileIsPutAsItsBytes() throws IOException {
        Path file = Files.write(folder.resolve("source"), bytes(1000));
        store.put(uri("copy"), file, "application/octet-stream");
        assertThat(store.get(uri("copy"), 1000)).isEqualTo(bytes(1000));
    }

    @Test
    void puttingAgainReplaces() throws IOException {
        store.put(uri("x"), bytes(5), "text/plain");
        store.put(uri("x"), bytes(3), "text/plain");
        assertThat(store.get(uri("x"), 10)).isEqualTo(bytes(3));
        assertThat(filesBelow(folder)).containsExactly(root.resolve("x"));
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aReaderNeverSeesHalfAnObject() throws Exception {
        byte[] one = bytes(300_000);
        byte[] two = bytes(200_000);
        store.put(uri("x"), one, "text/plain");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> writer = threads.submit((Callable<Void>) () -> {
                for (int i = 0; i < 40; i++) {
                    store.put(uri("x"), i % 2 == 0 ? two : one, "text/plain");
                }
                return null;
            });
            while (!writer.isDone()) {
                assertThat(Sha256.of(store.get(uri("x"), 1 << 20))).isIn(Sha256.of(one), Sha256.of(two));
            }
            writer.get();
        }
    }

    @Test
    void whatIsMissingIsNotFound() {
        assertFails(Kind.NOT_FOUND, () -> store.get(uri("no"), 10)).hasMessageContaining("no such file");
        assertFails(Kind.NOT_FOUND, () -> store.stat(uri("a/no")));
    }

    @Test
    void moreBytesThanAllowedAreRefused() throws IOException {
        store.put(uri("x"), bytes(11), "text/plain");
        assertFails(Kind.TOO_LARGE, () -> store.get(uri("x"), 10)).hasMessageContaining("11 bytes");
    }

    @Test
    void aChangedObjectIsCorrupt() throws IOException {
        store.put(uri("x"), bytes(10), "text/plain");
        assertThat(store.getVerified(uri("x"), Sha256.of(bytes(10)), 10)).isEqualTo(bytes(10));
        Files.write(root.resolve("x"), bytes(9));
        assertFails(Kind.CORRUPT, () -> store.getVerified(uri("x"), Sha256.of(bytes(10)), 10));
    }

    @Test
    void objectsAreListedInOrderWithoutPartsOfOthers() throws IOException {
        for (String name : List.of("b/2", "b/1", "a/1", "bb/1")) {
            store.put(uri(name), bytes(3), "text/plain");
        }
        Files.write(root.resolve("b/.left-behind.part"), bytes(3));
        assertThat(store.list(uri("b/"))).extracting(ObjectStat::uri).containsExactly(uri("b/1"), uri("b/2"));
        assertThat(store.list(store.root())).hasSize(4);
        assertThat(store.list(uri("none/"))).isEmpty();
        assertFails(Kind.INVALID, () -> store.list(uri("b")));
    }

    @Test
    void namesThatUrisEscapeComeBackAsTheyWere() throws IOException {
        URI odd = uri("a%20fox%20%C3%BCber%23.png");
        store.put(odd, bytes(3), "image/png");
        assertThat(Files.exists(root.resolve("a fox über#.png"))).isTrue();
        assertThat(store.get(store.list(store.root()).getFirst().uri(), 3)).isEqualTo(bytes(3));
    }

    @Test
    void deletingTwiceIsNoError() throws IOException {
        store.put(uri("x"), bytes(3), "text/plain");
        store.delete(uri("x"));
        store.delete(uri("x"));
        assertThat(store.list(store.root())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside",
                "a/../../outside",
                "%2e%2e/outside",
                "a/%2E%2E/%2e%2e/outside",
                "..%2foutside",
                "a//b",
                "./a",
                "a\\..\\b",
                "a%00b",
                "a%0ab"
            })
    void noSpellingOfDotsLeadsOutside(String name) throws IOException {
        Files.write(folder.resolve("outside"), bytes(3));
        String text = (store.root() + name).replace("\\", "%5C");
        URI hostile = URI.create(text);
        assertFails(Kind.INVALID, () -> store.get(hostile, 10));
        assertFails(Kind.INVALID, () -> store.put(hostile, bytes(3), "text/plain"));
        assertFails(Kind.INVALID, () -> store.delete(hostile));
        assertThat(filesBelow(folder)).containsExactly(folder.resolve("outside"));
    }

    @Test
    void absolutePathsOutsideAreDenied() {
        assertFails(Kind.DENIED, () -> store.get(URI.create("file:///etc/passwd"), 1 << 20))
                .hasMessageContaining(store.root().toString());
        assertFails(Kind.DENIED, () -> store.get(URI.create(folder.toUri() + "store-neighbour/x"), 10));
        assertFails(Kind.DENIED, () -> store.put(folder.resolve("x").toUri(), bytes(1), "text/plain"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file://host/etc/passwd", "file:///x?y", "file:///x#y", "file:x", "http://x/y", "x"})
    void otherFormsOfUrisAreInvalid(String text) {
        assertFails(Kind.INVALID, () -> store.get(URI.create(text), 10));
    }

    @Test
    void linksDoNotLeadOutside() throws IOException {
        Path secret =
                Files.write(Files.createDirectory(folder.resolve("secrets")).resolve("key"), bytes(3));
        Files.createDirectory(root.resolve("a"));
        Files.createSymbolicLink(root.resolve("a/link-to-file"), secret);
        Files.createSymbolicLink(root.resolve("a/link-to-folder"), secret.getParent());
        assertFails(Kind.DENIED, () -> store.get(uri("a/link-to-file"), 10)).hasMessageContaining("link");
        assertFails(Kind.DENIED, () -> store.get(uri("a/link-to-folder/key"), 10));
        assertFails(Kind.DENIED, () -> store.put(uri("a/link-to-folder/new"), bytes(1), "text/plain"));
        assertFails(Kind.DENIED, () -> store.put(uri("a/link-to-folder/deep/new"), bytes(1), "text/plain"));
        assertFails(Kind.DENIED, () -> store.delete(uri("a/link-to-folder/key")));
        assertFails(Kind.DENIED, () -> store.list(uri("a/link-to-folder/")));
        assertThat(store.list(store.root())).isEmpty();
        assertThat(filesBelow(secret.getParent())).containsExactly(secret);
    }

    @Test
    void puttingOverALinkReplacesTheLinkAndLeavesItsTarget() throws IOException {
        Path secret = Files.write(folder.resolve("secret"), bytes(3));
        Files.createSymbolicLink(root.resolve("x"), secret);
        store.put(uri("x"), bytes(5), "text/plain");
        assertThat(Files.readAllBytes(secret)).isEqualTo(bytes(3));
        assertThat(store.get(uri("x"), 5)).isEqualTo(bytes(5));
    }

    @Test
    void linksInsideAreFollowedAndSoIsTheRoots() throws IOException {
        store.put(uri("real"), bytes(3), "text/plain");
        Files.createSymbolicLink(root.resolve("alias"), root.resolve("real"));
        assertThat(store.get(uri("alias"), 3)).isEqualTo(bytes(3));
        FileStore throughLink = new FileStore(Files.createSymbolicLink(folder.resolve("store-link"), root));
        assertThat(throughLink.get(throughLink.root().resolve("real"), 3)).isEqualTo(bytes(3));
        assertThat(throughLink.get(uri("real"), 3)).isEqualTo(bytes(3));
    }

    @Test
    void foldersAndPipesAreNoObjects() throws Exception {
        Files.createDirectories(root.resolve("folder"));
        new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor();
        assertFails(Kind.INVALID, () -> store.get(uri("folder"), 10));
        assertFails(Kind.INVALID, () -> store.get(uri("pipe"), 10)).hasMessageContaining("no plain file");
        assertFails(Kind.INVALID, () -> store.put(uri("folder"), bytes(1), "text/plain"));
        assertFails(Kind.INVALID, () -> store.delete(uri("folder")));
    }

    @Test
    void namesThatTheFileSystemRefusesAreInvalid() throws IOException {
        assertFails(Kind.INVALID, () -> store.put(uri("x".repeat(300)), bytes(1), "text/plain"));
        store.put(uri("file"), bytes(1), "text/plain");
        assertFails(Kind.INVALID, () -> store.put(uri("file/below"), bytes(1), "text/plain"));
    }

    @Test
    void manyMayWriteBesideEachOther() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writes = IntStream.range(0, 30)
                    .<Future<?>>mapToObj(i -> threads.submit((Callable<Void>) () -> {
                        store.put(uri("many/" + i % 3 + "/" + i), bytes(100 + i), "text/plain");
                        return null;
                    }))
                    .toList();
            for (Future<?> write : writes) {
                write.get();
            }
        }
        assertThat(store.list(uri("many/"))).hasSize(30);
    }
}
