package io.darkroom.contract.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.uri.UriPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A prior's stage and those that take what it makes. */
class PriorStageTest {
    private static final String PRIOR = """
        { "id": "idea", "kind": "prior", "model": "p", "prompt": "a fox", "num_images_per_prompt": 2 }\
        """;

    private final RequestParser parser = new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/")));

    @Test
    void aDecoderTakesTheEmbeddingsInPlaceOfAPrompt() {
        List<ValidStage> stages = accepted(PRIOR, """
            { "kind": "text2img", "model": "d", "image_embeds": "idea", "num_images_per_prompt": 3 }\
            """);
        ValidStage prior = stages.getFirst();
        ValidStage decoder = stages.getLast();

        assertThat(prior.operation()).isEqualTo(new Operation.Prior());
        assertThat(prior.publish()).isFalse();
        assertThat(prior.sampling().numInferenceSteps()).isEqualTo(25);
        assertThat(decoder.inputs()).containsExactly(new NamedInput(NamedInput.IMAGE_EMBEDS, new Input.Stage(0)));
        assertThat(decoder.input()).isEmpty();
        assertThat(decoder.images()).isEqualTo(6);
    }

    @Test
    void whatThePriorReadsIsNotSaidAgain() {
        assertThat(faults(PRIOR, """
            { "kind": "text2img", "model": "d", "image_embeds": "idea", "prompt": "a fox", "prior_guidance_scale": 2 }\
            """))
                .containsExactly(
                        "stages[1].prompt: belongs to the prior stage that image_embeds names; leave it out here",
                        "stages[1].prior_guidance_scale: belongs to the prior stage that image_embeds names;"
                                + " leave it out here");
    }

    @Test
    void embeddingsAreNoPicture() {
        assertThat(faults(PRIOR, """
            { "kind": "img2img", "model": "d", "image_embeds": "idea" }\
            """))
                .contains("stages[1].input: idea makes image embeddings and no picture; name it in image_embeds,"
                        + " and a picture here");
    }

    @Test
    void aPictureIsNoEmbedding() {
        assertThat(faults("""
            { "id": "fox", "kind": "text2img", "model": "m", "prompt": "a fox" }\
            """, """
            { "kind": "text2img", "model": "d", "image_embeds": "fox" }\
            """))
                .containsExactly("stages[1].image_embeds: fox makes pictures; name an earlier stage of the kind prior");
    }

    @Test
    void thereIsAPictureForEachEmbedding() {
        assertThat(faults(PRIOR, """
            { "kind": "img2img", "model": "d", "image_embeds": "idea", "input": "s3://renders/a.png" }\
            """))
                .containsExactly("stages[1].image_embeds: idea makes 2 embeddings, and the input is 1 pictures;"
                        + " there must be one for each");
    }

    @Test
    void embeddingsThatNobodyTakesAreRefused() {
        assertThat(faults(PRIOR, """
            { "kind": "text2img", "model": "m", "prompt": "a fox" }\
            """))
                .containsExactly(
                        "stages[0].kind: makes image embeddings that no stage takes; let a later one name idea in"
                                + " image_embeds");
    }

    private List<ValidStage> accepted(String... stages) {
        return ((ParsedRequest.Accepted) parse(stages)).job().stages();
    }

    private List<String> faults(String... stages) {
        return ((ParsedRequest.Refused) parse(stages))
                .faults().stream()
                        .map(fault -> fault.path() + ": " + fault.message())
                        .toList();
    }

    private ParsedRequest parse(String... stages) {
        return parser.parse("""
            { "schema_version": 1, "id": "j", "stages": [ %s ], "output": { "uri": "s3://renders/j/" } }
            """.formatted(String.join(", ", stages)).getBytes(UTF_8));
    }
}
