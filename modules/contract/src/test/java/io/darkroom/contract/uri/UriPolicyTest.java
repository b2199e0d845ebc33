package io.darkroom.contract.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UriPolicyTest {
    private final UriPolicy policy = new UriPolicy(
            Map.of("shop", List.of("s3://shop/in/", "file:///data/shop/"), "*", List.of("s3://public/")),
            Map.of("shop", List.of("s3://shop/out/")));

    @Test
    void aTenantReadsUnderItsOwnPrefixesOnly() {
        assertThat(policy.faultOfInput("shop", "s3://shop/in/a/b.png")).isEmpty();
        assertThat(policy.faultOfInput("shop", "file:///data/shop/b.png")).isEmpty();
        assertThat(policy.faultOfInput("shop", "s3://public/a.png")).isPresent();
        assertThat(policy.faultOfInput("other", "s3://public/a.png")).isEmpty();
        assertThat(policy.faultOfInput("other", "s3://shop/in/a.png")).isPresent();
    }

    @Test
    void aTenantWithoutPrefixesWritesNowhere() {
        assertThat(policy.faultOfOutput("other", "s3://shop/out/"))
                .get()
                .asString()
                .contains("nothing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://shop/in/../secret.png",
                "s3://shop/in/./a.png",
                "s3://shop/in/%2e%2e/secret.png",
                "s3://shop/in/a%2F..%2Fb",
                "s3://shop/in/a%00.png",
                "s3://shop/in/a.png?x=1",
                "s3://shop/in/a.png#x",
                "s3://me:secret@shop/in/a.png",
                "file:///data/shop/../../etc/passwd",
                "file:///data/shop//../x",
                "http://shop/in/a.png",
                "ftp://shop/in/a.png",
                "s3://shop/in/a b.png",
                "s3://shop/in\\..\\a.png",
                "not a uri",
                ""
            })
    void aUriThatCouldLeaveItsPrefixIsRefused(String uri) {
        assertThat(policy.faultOfInput("shop", uri)).as(uri).isPresent();
    }

    @Test
    void aPrefixMustEndWithASlash() {
        assertThatThrownBy(() -> UriPolicy.sameForAll(List.of("s3://renders")))
                .hasMessageContaining("must end with a slash: s3://renders/");
    }
}
