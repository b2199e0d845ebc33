package io.darkroom.contract.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.error.Fault;
import io.darkroom.contract.uri.UriPolicy;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client writes wrongly, or to do harm, is answered with where it stands and what would be right. */
class HostileTextTest {
    private static final String JOB = """
        {"schema_version":1,"id":"one","tenant":"shop","deadline":"PT10M","labels":{"sku":"88-1"},
        "stages":[{"kind":"text2img","model":"m","prompt":"a fox","seed":7,"num_inference_steps":20,
        "scheduler_options":{"beta_schedule":"linear"}}],
        "output":{"uri":"s3://renders/one/"}}\
        """.replace("\n", "");

    private final RequestParser parser = new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "a fox"            | "a \\ud83e"                 | stages[0].prompt                           | holds half a surrogate pair (\\ud83e)
        "a fox"            | "\\udd8a a"                 | stages[0].prompt                           | holds half a surrogate pair (\\udd8a)
        "a fox"            | "a \\u0000 fox"             | stages[0].prompt                           | holds U+0000
        "88-1"             | "\\ud83e"                   | labels.sku                                 | holds half a surrogate pair
        "sku"              | "s\\ud83eku"                | labels                                     | has a field whose name holds half a surrogate pair
        "linear"           | "\\ud83e"                   | stages[0].scheduler_options.beta_schedule  | holds half a surrogate pair
        "one"              | "o\\ud83e"                  | id                                         | holds half a surrogate pair
        "seed":7           | "seed":7,"seed":8           | stages[0].seed                             | stands twice
        "seed":7           | "seed":7,"\\u0073eed":8     | stages[0].seed                             | stands twice
        "sku":"88-1"       | "sku":"1","sku":"2"         | labels.sku                                 | stands twice
        "id":"one"         | "id":"one","id":"one"       | id                                         | stands twice
        "schema_version":1 | "schema_version":"1"        | schema_version                             | is the string "1"; must be the number 1
        "schema_version":1 | "schema_version":true       | schema_version                             | is a boolean; must be the number 1
        "schema_version":1 | "schema_version":0          | schema_version                             | 0 is not 1
        "seed":7           | "seed":1e999999999          | stages[0].seed                             | 1e999999999 is outside any parameter's range
        "seed":7           | "seed":1e99999999999999     | stages[0].seed                             | 1e99999999999999 is outside any parameter's range
        "seed":7           | "seed":11111111111111111111111111111111111111111111111111111111111111111 | stages[0].seed | is a number of 65 characters; at most 64 are read
        "PT10M"            | "10m"                       | deadline                                   | 10m is not a duration as ISO 8601 writes it (PT10M is ten minutes), such as PT90S or PT10M
        "PT10M"            | 600                         | deadline                                   | is the number 600; must be string
        "PT10M"            | "PT10M\\n"                  | deadline                                   | PT10M
        "one"              | "one\\n"                    | id                                         | one
        "one"              | "one\\ud83e\\udd8a"         | id                                         | one
        renders/one/       | renders/o ne/               | output.uri                                 | s3://renders/o ne/: is not a URI: it holds a space at position 14; write it as %20
        renders/one/       | renders/<one>/              | output.uri                                 | s3://renders/<one>/: is not a URI: it holds the character U+003C at position 13; write it as %3C
        "linear"           | 9223372036854775808         | stages[0].scheduler_options.beta_schedule  | 9223372036854775808 is outside
        """)
    void aFaultNamesItsPlaceAndWhatIsRight(String right, String wrong, String path, String message) {
        assertThat(JOB).contains(right);
        Fault fault = only(JOB.replace(right, wrong).getBytes(UTF_8));

        assertThat(fault.path()).isEqualTo(path);
        assertThat(fault.message()).startsWith(message);
    }

    @Test
    void bytesThatAreNotUtf8AreNamedByTheFieldThatTheyStandIn() {
        String job = JOB.replace("a fox", "Füchse");

        Fault latin = only(job.getBytes(ISO_8859_1));
        assertThat(latin.path()).isEqualTo("stages[0].prompt");
        assertThat(latin.message()).startsWith("is not UTF-8: byte").contains("0xfc");

        byte[] overlong = JOB.getBytes(UTF_8);
        int at = JOB.indexOf("88-1");
        overlong[at] = (byte) 0xc0;
        overlong[at + 1] = (byte) 0xaf;
        assertThat(only(overlong).path()).isEqualTo("labels.sku");

        byte[] inTheName = JOB.getBytes(UTF_8);
        inTheName[JOB.indexOf("sku")] = (byte) 0xff;
        assertThat(only(inTheName).path()).isEqualTo("labels");

        assertThat(only(JOB.getBytes(UTF_16LE)).message()).startsWith("is not JSON");
    }

    /** As another encoding would have it, and as CESU-8 does. */
    @ParameterizedTest
    @ValueSource(strings = {"eda0be", "eda0beedb68a", "f8808080af", "ff", "c3", "f4908080"})
    void everyKindOfBrokenUtf8IsRefused(String hex) {
        String broken = new String(HexFormat.of().parseHex(hex), ISO_8859_1);
        byte[] job = JOB.replace("a fox", broken).getBytes(ISO_8859_1);

        assertThat(only(job)).satisfies(fault -> {
            assertThat(fault.path()).isEqualTo("stages[0].prompt");
            assertThat(fault.message()).startsWith("is not UTF-8");
        });
    }

    @Test
    void wholePairsAndAByteOrderMarkAreFine() {
        assertThat(parser.parse(("\uFEFF" + JOB.replace("a fox", "a \uD83E\uDD8A \\ud83e\\udd8a")).getBytes(UTF_8)))
                .isInstanceOf(ParsedRequest.Accepted.class);
    }

    @Test
    void ofManyFaultsTheFirstAreNamedAndTheRestCounted() {
        String unknown = IntStream.range(0, 500)
                .mapToObj(number -> "\"unknown-%03d\":1,".formatted(number))
                .collect(Collectors.joining());

        List<Fault> faults =
                refused(JOB.replaceFirst("\\{", "{" + unknown).getBytes(UTF_8)).faults();

        assertThat(faults).hasSize(Faults.MOST + 1);
        assertThat(faults.getFirst().path()).isEqualTo("unknown-000");
        assertThat(faults.getLast().message()).isEqualTo("and 436 more faults");
    }

    @Test
    void aListOfAnyLengthIsCountedAndNotJudged() {
        String numbers = "1,".repeat(300_000) + "1";

        assertThat(only(JOB.replace("\"seed\":7", "\"seed\":[" + numbers + "]").getBytes(UTF_8)))
                .isEqualTo(new Fault(
                        "stages[0].seed",
                        "has 300001 entries; no list in this kind of record may have more than 1000"));
        assertThat(only(("{\"stages\":[" + numbers + "],\"id\":\"one\"}").getBytes(UTF_8))
                        .path())
                .isEqualTo("stages");
    }

    @Test
    void aRecordThatIsNestedDeeplyIsRefusedWhereItIsTooDeep() {
        Fault fault = only(JOB.replace("\"seed\":7", "\"seed\":" + "[".repeat(300) + "]".repeat(300))
                .getBytes(UTF_8));

        assertThat(fault.path()).startsWith("stages[0].seed[0][0]");
        assertThat(fault.message()).isEqualTo("is nested deeper than 32 levels");
    }

    @Test
    void whoSentItIsKnownWhateverIsWrongInside() {
        for (String wrong : List.of("1,\"seed\":2", "NaN1", "[[[[[]]]]]", "\"\\ud83e\"", "1e999999999", "\"\u00ff\"")) {
            byte[] late = "{\"stages\":[{\"seed\":%s}],\"tenant\":\"shop\",\"id\":\"one\"}"
                    .formatted(wrong)
                    .getBytes(ISO_8859_1);
            assertThat(refused(late).envelope().id())
                    .as(wrong)
                    .isEqualTo(wrong.startsWith("NaN") ? Optional.empty() : Optional.of("one"));
        }
    }

    private Fault only(byte[] json) {
        List<Fault> faults = refused(json).faults();
        assertThat(faults).hasSize(1);
        return faults.getFirst();
    }

    private ParsedRequest.Refused refused(byte[] json) {
        ParsedRequest parsed = parser.parse(json);
        assertThat(parsed).isInstanceOf(ParsedRequest.Refused.class);
        return (ParsedRequest.Refused) parsed;
    }
}
