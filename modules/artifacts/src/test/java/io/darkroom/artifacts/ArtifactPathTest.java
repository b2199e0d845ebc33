package io.darkroom.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {
    private static final String DIGEST = "a".repeat(64);

    @Test
    void aPathIsReadBackWhateverItsPrefix() {
        var path = new ArtifactPath("shop", "order.1", 1, 0, 12, DIGEST, "png");

        assertThat(ArtifactPath.read(path.under(URI.create("s3://renders/a/b/"))))
                .contains(path);
        assertThat(ArtifactPath.read(path.under(URI.create("file:///srv/")))).contains(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop/order/1/0/1/notes.txt",
                "order/1/0/1/DIGEST.png",
                "shop/order/one/0/1/DIGEST.png",
                "shop/order/1/0/01/DIGEST.png",
                "shop/order/1/0/99999999999/DIGEST.png",
                "shop/order/1/0/1/DIGEST",
                "shop/order/1/0/1/DIGEST.png/",
                "shop//1/0/1/DIGEST.png",
                ""
            })
    void whatNoAttemptWroteIsNoPath(String name) {
        assertThat(ArtifactPath.read(URI.create("s3:///" + name.replace("DIGEST", DIGEST))))
                .isEmpty();
    }
}
