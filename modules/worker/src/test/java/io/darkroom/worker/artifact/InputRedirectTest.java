package io.darkroom.worker.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.RedirectRule;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.RgbImage;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.image.ImageCache;
import io.darkroom.worker.image.StageValue;
import io.darkroom.worker.memory.MemoryShare;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Redirects themselves are tried against a real server where they are followed; here, which rule is given for them. */
class InputRedirectTest {
    private static final WorkItem ITEM = WorkItem.newBuilder()
            .addInputs(WorkInput.newBuilder().setImageUri("https://pictures.example/own/a.png"))
            .addRedirectPrefixes("https://pictures.example/own/")
            .build();

    @Test
    void aRedirectWithinTheTenantsPrefixesIsFollowed() throws Exception {
        assertThat(readAll(reader("https://pictures.example/own/b.png"), ITEM)).hasSize(1);
    }

    @Test
    void oneThatLeadsElsewhereIsRefused() {
        assertRefused(ITEM, "https://pictures.example/others/b.png");
        assertRefused(ITEM, "https://pictures.example/own/../others/b.png");
    }

    @Test
    void withoutPrefixesThereAreNoRedirects() {
        assertRefused(ITEM.toBuilder().clearRedirectPrefixes().build(), "https://pictures.example/own/b.png");
    }

    private static void assertRefused(WorkItem item, String target) {
        assertThatThrownBy(() -> readAll(reader(target), item))
                .isInstanceOfSatisfying(
                        WorkFault.class, fault -> assertThat(fault.code()).isEqualTo(ErrorCode.URI_NOT_ALLOWED));
    }

    private static List<RgbImage> readAll(InputReader reader, WorkItem item) throws Exception {
        StageValue value = reader.read(item, new ImageCache(), Optional::empty).get(0);
        return ((StageValue.Pixels) value).images().all();
    }

    private static InputReader reader(String target) {
        return new InputReader(
                new StoreAccess(new RedirectingStore(URI.create(target))),
                URI.create("file:///handover/"),
                ImageLimits.standard(),
                new MemoryShare(1 << 20));
    }

    private record RedirectingStore(URI target) implements ObjectStore {
        @Override
        public void put(URI uri, byte[] bytes, String contentType) {
            throw new UnsupportedOperationException("nothing is written here");
        }

        @Override
        public byte[] get(URI uri, long maxBytes) throws ObjectStoreException {
            return get(uri, maxBytes, RedirectRule.NONE);
        }

        @Override
        public byte[] get(URI uri, long maxBytes, RedirectRule redirects) throws ObjectStoreException {
            Optional<String> fault = redirects.faultOf(target);
            if (fault.isPresent()) {
                throw new ObjectStoreException(ObjectStoreException.Kind.DENIED, fault.get());
            }
            try (var png = new ByteArrayOutputStream()) {
                ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", png);
                return png.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
