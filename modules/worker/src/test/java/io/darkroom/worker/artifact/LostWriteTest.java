package io.darkroom.worker.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.artifacts.ArtifactStore;
import io.darkroom.artifacts.FileStore;
import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that says that it has an object and has not. */
class LostWriteTest {

    private static final byte[] PICTURE = "a picture".getBytes(UTF_8);

    @TempDir
    Path files;

    private ArtifactStore real;
    private URI uri;

    @BeforeEach
    void open() {
        real = new FileStore(files);
        uri = URI.create(files.toUri() + "picture.png");
    }

    @Test
    void anObjectThatTheStoreLostIsWrittenAgain() throws Exception {
        var losing = new LosingStore(real, new AtomicInteger(2));

        new StoreAccess(losing).put(uri, PICTURE, "image/png", Optional::empty);

        assertThat(real.get(uri, 100)).isEqualTo(PICTURE);
    }

    @Test
    void aStoreThatLosesEverythingIsNotBelieved() {
        var losing = new LosingStore(real, new AtomicInteger(Integer.MAX_VALUE));

        assertThatThrownBy(() -> new StoreAccess(losing).put(uri, PICTURE, "image/png", Optional::empty))
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContaining("acknowledged an object and does not have it")
                .extracting(e -> ((ObjectStoreException) e).kind())
                .isEqualTo(Kind.CORRUPT);
    }

    /** Forgets as many objects right after it acknowledged them. */
    private record LosingStore(ArtifactStore real, AtomicInteger toLose) implements ObjectStore {
        @Override
        public void put(URI uri, byte[] bytes, String contentType) throws ObjectStoreException {
            real.put(uri, bytes, contentType);
            if (toLose.getAndDecrement() > 0) {
                real.delete(uri);
            }
        }

        @Override
        public byte[] get(URI uri, long maxBytes) throws ObjectStoreException {
            return real.get(uri, maxBytes);
        }
    }
}
