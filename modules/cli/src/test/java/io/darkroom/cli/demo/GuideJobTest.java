package io.darkroom.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.ParsedRequest;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.uri.UriPolicy;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuideJobTest {
    private static final URI OUTPUT = URI.create("s3://renders/demo/");

    private final RequestParser door = new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/")));

    @ParameterizedTest
    @EnumSource
    void theDoorLetsEveryJobIn(GuideJob job) {
        assertThat(door.parse(Json.write(request(job, Set.of())))).isInstanceOf(ParsedRequest.Accepted.class);
        assertThat(job.shows()).isNotEmpty();
    }

    /** The chain is never without one of its models. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHAIN")
    void whatNeedsAModelThatIsNotThereIsLeftOut(GuideJob job) {
        for (String missing : job.models()) {
            job.request(Set.of(missing), Optional.empty(), OUTPUT).ifPresent(request -> {
                assertThat(GuideJob.models(request)).doesNotContain(missing);
                assertThat(door.parse(Json.write(request))).isInstanceOf(ParsedRequest.Accepted.class);
            });
        }
    }

    @Test
    void whatTakesAPictureThatIsNotMadeIsLeftOutToo() {
        ObjectNode additions = request(GuideJob.ADDITIONS, Set.of("tiny-emoji-b"));

        assertThat(additions.path("stages").findValuesAsText("id"))
                .contains("neon")
                .doesNotContain("other-vae", "bridge");
        assertThat(GuideJob.SWEEP.request(Set.of("tiny-emoji"), Optional.empty(), OUTPUT))
                .isEmpty();
    }

    @Test
    void aJobOfWhichOnlyTheBaseIsLeftIsNotRun() {
        assertThat(GuideJob.CONTROLNET.request(Set.of("tiny-controlnet-edge"), Optional.empty(), OUTPUT))
                .isEmpty();
        assertThat(GuideJob.UPSCALE.request(Set.of("tiny-x4"), Optional.empty(), OUTPUT))
                .isPresent();
        assertThat(GuideJob.UPSCALE.request(Set.of("tiny-x4", "tiny-x2-latent"), Optional.empty(), OUTPUT))
                .isEmpty();
    }

    @Test
    void aSeedIsEveryStages() {
        JsonNode stages = GuideJob.CHAIN
                .request(Set.of(), Optional.of(11L), OUTPUT)
                .orElseThrow()
                .path("stages");

        assertThat(stages)
                .hasSize(3)
                .allSatisfy(stage -> assertThat(stage.path("seed").asLong()).isEqualTo(11));
    }

    private static ObjectNode request(GuideJob job, Set<String> missing) {
        return job.request(missing, Optional.empty(), OUTPUT).orElseThrow();
    }
}
