package io.darkroom.contract.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.request.ValidStage.Seed;
import io.darkroom.contract.uri.UriPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestParserTest {
    private static final String CHAIN = """
        { "schema_version": 1, "id": "order-1117", "tenant": "catalogue", "deadline": "PT10M",
          "labels": {"sku": "88-1"},
          "stages": [
            { "id": "draft", "kind": "text2img", "model": "tiny-emoji", "prompt": "a red fox", "seed": 7,
              "num_inference_steps": 20, "width": 64, "height": 64 },
            { "kind": "img2img", "model": "tiny-comic", "prompt": "a red fox, comic", "strength": 0.6 },
            { "kind": "upscale", "model": "tiny-x2" } ],
          "output": { "uri": "s3://renders/order-1117/" } }
        """;

    private final RequestParser parser = new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/")));

    @Test
    void aChainIsReadWithItsDefaultsFilledIn() {
        ValidJob job = accepted(CHAIN);

        assertThat(job.tenant()).isEqualTo("catalogue");
        assertThat(job.deadline()).contains(Duration.ofMinutes(10));
        assertThat(job.labels()).containsEntry("sku", "88-1");
        assertThat(job.stages()).extracting(ValidStage::id).containsExactly("draft", "1", "2");
        assertThat(job.stages()).extracting(ValidStage::publish).containsExactly(false, false, true);
        ValidStage draft = job.stages().getFirst();
        assertThat(draft.seed()).isEqualTo(new Seed.Single(7));
        assertThat(draft.operation()).isEqualTo(new Operation.Text2Img(Optional.of(64), Optional.of(64)));
        assertThat(draft.sampling().guidanceScale()).isEmpty();
        ValidStage comic = job.stages().get(1);
        assertThat(comic.operation())
                .isEqualTo(new Operation.Img2Img(
                        new Input.Stage(0), Optional.of(0.6), Optional.empty(), Optional.empty()));
        assertThat(comic.seed()).isEqualTo(new Seed.Minted());
        assertThat(job.stages().get(2).sampling().numInferenceSteps()).isEqualTo(75);
    }

    @Test
    void aRepeatWithOtherSpacingIsTheSameRequestAndAnotherPromptIsNot() {
        String respaced = CHAIN.replace("\n", " ").replace("0.6", "0.60");

        assertThat(accepted(respaced).contentHash()).isEqualTo(accepted(CHAIN).contentHash());
        assertThat(accepted(CHAIN.replace("red fox,", "red hen,")).contentHash())
                .isNotEqualTo(accepted(CHAIN).contentHash());
    }

    @Test
    void aRequestOfANewerSchemaIsRefusedForThatAlone() {
        String newer = CHAIN.replace("\"schema_version\": 1", "\"schema_version\": 2, \"mood\": \"new\"");

        assertThat(parser.parse(newer.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        ParsedRequest.Refused.class,
                        refused -> assertThat(refused.faults())
                                .singleElement()
                                .hasToString("schema_version: 2 is newer than this router reads; write version 1, or"
                                        + " update the router"));
    }

    @Test
    void aSchedulersOptionMayBeAListOfNumbers() {
        String options =
                "\"width\": 64, \"scheduler_options\": {\"disable_corrector\": [0, 1], \"use_karras_sigmas\": true}";

        assertThat(accepted(CHAIN.replace("\"width\": 64", options))
                        .stages()
                        .getFirst()
                        .sampling()
                        .schedulerOptions())
                .containsEntry("disable_corrector", List.of(0L, 1L))
                .containsEntry("use_karras_sigmas", true);
    }

    @Test
    void everyFaultIsListedWithItsPath() {
        String broken = CHAIN.replace("\"strength\": 0.6", "\"strength\": 1.4, \"strengh\": 1")
                .replace("\"num_inference_steps\": 20", "\"num_inference_steps\": -3")
                .replace("\"schema_version\": 1, ", "");

        ParsedRequest.Refused refused = refused(broken);

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.envelope()).isEqualTo(new Envelope(Optional.of("catalogue"), Optional.of("order-1117")));
        assertThat(refused.faults())
                .contains(
                        new Fault("schema_version", "is missing"),
                        new Fault("stages[0].num_inference_steps", "-3 is outside 1..1000"),
                        new Fault("stages[1].strength", "1.4 is outside 0..1"))
                .anySatisfy(fault -> {
                    assertThat(fault.path()).isEqualTo("stages[1].strengh");
                    assertThat(fault.message()).startsWith("is not a known field; known are kind, id, input");
                })
                .hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "kind": "upscale"         | "kind": "upscal"                    | stages[2].kind          | upscal is not one of text2img, img2img, upscale, auto, grid, animation
        "seed": 7                 | "seed": [7, 8]                      | stages[0].seed          | has 2 entries; the stage makes 1 pictures, so it must have 1
        "seed": 7                 | "seed": "7"                         | stages[0].seed          | is a string; must be integer or array
        "seed": 7                 | "seed": [1, -1]                     | stages[0].seed[1]       | -1 is outside 0..9223372036854775807
        "deadline": "PT10M"       | "deadline": "P8D"                   | deadline                | PT192H is outside PT0.001S..P7D
        "seed": 7                 | "seed": 7, "keep": true, "publish": true | stages[0].keep | is for stages that are not published; leave out one of the two
        "model": "tiny-x2"        | "model": "tiny-x2", "keep": true    | stages[2].keep          | no stage takes what this one makes, so there is nothing to keep
        "deadline": "PT10M"       | "deadline": "soon"                  | deadline                | soon is not a duration as ISO 8601 writes it (PT10M is ten minutes), such as PT90S or PT10M
        "strength": 0.6           | "strength": 0.01                    | stages[1].strength      | 0.01 of 50 num_inference_steps leaves no step to run; must be at least 0.02
        "model": "tiny-x2"        | "model": "../x2"                    | stages[2].model         | ../x2 is not a name of 1 to 128 letters
        "model": "tiny-x2"        | "model": "tiny-x2", "id": "draft"   | stages[2].id            | draft is also the id of stages[0]; ids must differ
        "model": "tiny-x2"        | "model": "tiny-x2", "input": "last" | stages[2].input         | last is neither a URI nor the id of an earlier stage
        "model": "tiny-x2"        | "model": "tiny-x2", "input": "s3://other/a.png" | stages[2].input | s3://other/a.png: this tenant may read s3://renders/ only
        s3://renders/order-1117/  | s3://renders/../secret/             | output.uri              | s3://renders/../secret/: must be in its plain form
        s3://renders/order-1117/  | s3://renders                        | output.uri              | s3://renders: must end with a slash
        "width": 64               | "width": 64, "scheduler": "Eular"   | stages[0].scheduler     | Eular is not one of DDIMScheduler
        "sku": "88-1"             | "sku": 88                           | labels.sku              | is the number 88; must be string
        "strength": 0.6           | "strength": [0.6, 1.4]              | stages[1].strength[1]   | 1.4 is outside 0..1
        "strength": 0.6           | "strength": [0.6, 0.01]             | stages[1].strength[1]   | 0.01 of 50 num_inference_steps leaves no step to run
        "strength": 0.6           | "strength": []                      | stages[1].strength      | has 0 entries; must have 1 to 64
        "strength": 0.6           | "strength": [0.6, 0.7], "guidance_scale": [1, 2, 3] | stages[1].guidance_scale | has 3 entries and strength has 2
        "strength": 0.6           | "strength": [0.6, 0.7], "num_images_per_prompt": 2, "seed": [1, 2, 3] | stages[1].seed | has 3 entries; the stage makes 4 pictures, so it must have 4, or 2 for each value's
        "kind": "upscale", "model": "tiny-x2" | "kind": "grid", "rows": 2 | stages[2].rows | 2 does not divide the 1 pictures that come in
        "kind": "upscale", "model": "tiny-x2" | "kind": "grid", "rows": 2, "cols": 3 | stages[2].rows | 2 rows of 3 are not the 1 pictures that come in
        "kind": "upscale", "model": "tiny-x2" | "kind": "grid", "inputs": ["draft", "x"] | stages[2].inputs[1] | x is neither a URI nor the id of an earlier stage
        "kind": "upscale", "model": "tiny-x2" | "kind": "grid", "inputs": ["s3://other/a.png"] | stages[2].inputs[0] | s3://other/a.png: this tenant may read s3://renders/ only
        "kind": "upscale", "model": "tiny-x2" | "kind": "grid", "prompt": "p" | stages[2].prompt | is not a known field
        "kind": "upscale", "model": "tiny-x2" | "kind": "animation", "fps": 4, "duration": 100 | stages[2].fps | says the same as duration; leave one out
        "kind": "upscale", "model": "tiny-x2" | "kind": "animation"}, {"kind": "grid" | stages[3].inputs | 2 is an animation, which no stage can take
        "strength": 0.6           | "guidance_rescale": 1.5             | stages[1].guidance_rescale | 1.5 is outside 0..1
        "strength": 0.6           | "clip_skip": -1                     | stages[1].clip_skip     | -1 is outside 0..64
        "strength": 0.6           | "denoising_end": 1.1                | stages[1].denoising_end | 1.1 is outside 0..1
        "strength": 0.6           | "denoising_start": 0.8, "denoising_end": 0.8 | stages[1].denoising_start | 0.8 must be below denoising_end, which is 0.8
        "prompt": "a red fox",    | "publish": false,                   | stages[0].prompt        | is missing; give it or prompt_embeds
        "seed": 7                 | "prompt_embeds": "s3://renders/p"   | stages[0].prompt_embeds | does not go with prompt; give one of the two
        "seed": 7                 | "pooled_prompt_embeds": "s3://renders/p" | stages[0].pooled_prompt_embeds | goes with prompt_embeds, which is missing
        "seed": 7                 | "negative_prompt_embeds": "s3://other/p" | stages[0].negative_prompt_embeds | s3://other/p: this tenant may read s3://renders/ only
        """)
    void aFaultNamesTheFieldAndWhatWouldBeRight(String right, String wrong, String path, String message) {
        ParsedRequest.Refused refused = refused(CHAIN.replace(right, wrong));

        assertThat(refused.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo(path);
            assertThat(fault.message()).startsWith(message);
        });
    }

    @Test
    void aFirstStageWithoutAPictureIsRefused() {
        String first = """
            {"schema_version": 1, "id": "a", "output": {"uri": "s3://renders/"},
             "stages": [{"kind": "upscale", "model": "m"}]}\
            """;

        assertThat(refused(first).faults()).extracting(Fault::path).containsExactly("stages[0].input");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"id": "a", "x": NaN}                  | MALFORMED_RECORD
        {"id": "a", "x": Infinity}             | MALFORMED_RECORD
        {"id": "a", "id": "b"}                 | MALFORMED_RECORD
        {"id": "a"} {}                         | MALFORMED_RECORD
        {"id": "a",                            | MALFORMED_RECORD
        [1]                                    | MALFORMED_RECORD
        null                                   | MALFORMED_RECORD
        {"id": "a", "x": 1e999999999}          | INVALID_REQUEST
        """)
    void whatIsNoRequestIsRefusedWithoutAnException(String json, ErrorCode code) {
        assertThat(refused(json).code()).isEqualTo(code);
    }

    @Test
    void aPromptOfTenMegabytesIsRefusedByItsSizeAndItsIdIsRead() {
        String huge = CHAIN.replace("a red fox\"", "x".repeat(10 << 20) + "\"");

        ParsedRequest.Refused refused = refused(huge);

        assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
        assertThat(refused.envelope().id()).contains("order-1117");
    }

    @Test
    void theMessageNeverRepeatsAPrompt() {
        String secret = CHAIN.replace("\"a red fox\"", "\"my private prompt");

        assertThat(refused(secret).message()).doesNotContain("private");
    }

    @Test
    void noBytesMakeTheParserThrow() {
        Random random = new Random(5);
        byte[] original = CHAIN.getBytes(UTF_8);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = original.clone();
            for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(parser.parse(bytes)).isNotNull();
        }
    }

    private ValidJob accepted(String json) {
        ParsedRequest parsed = parser.parse(json.getBytes(UTF_8));
        assertThat(parsed).as(parsed.toString()).isInstanceOf(ParsedRequest.Accepted.class);
        return ((ParsedRequest.Accepted) parsed).job();
    }

    private ParsedRequest.Refused refused(String json) {
        ParsedRequest parsed = parser.parse(json.getBytes(UTF_8));
        assertThat(parsed).isInstanceOf(ParsedRequest.Refused.class);
        return (ParsedRequest.Refused) parsed;
    }
}
