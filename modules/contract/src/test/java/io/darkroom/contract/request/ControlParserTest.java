package io.darkroom.contract.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.Priority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlParserTest {
    private final ControlParser parser = new ControlParser();

    @Test
    void eachActionIsReadWithItsFields() {
        assertThat(parse("'action': 'cancel', 'id': 'a', 'reason': 'sold out'"))
                .isEqualTo(new ParsedControl.Cancel("default", "a", "sold out"));
        assertThat(parse("'action': 'cancel_tenant', 'tenant': 'shop'"))
                .isEqualTo(new ParsedControl.CancelTenant("shop", ""));
        assertThat(parse("'action': 'reprioritise', 'id': 'a', 'priority': 'bulk'"))
                .isEqualTo(new ParsedControl.Reprioritise("default", "a", Priority.PRIORITY_BULK));
        assertThat(parse("'action': 'replay', 'id': 'a'"))
                .isEqualTo(new ParsedControl.Replay("default", "a", Priority.PRIORITY_STANDARD));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'action': 'cancel'                                          | id: is missing",
                "'action': 'cancel', 'id': 'a', 'priority': 'bulk'           | priority: does not belong to cancel",
                "'action': 'cancel_tenant'                                   | tenant: is missing",
                "'action': 'cancel_tenant', 'tenant': 'shop', 'id': 'a'      | id: does not belong to cancel_tenant",
                "'action': 'reprioritise', 'id': 'a'                         | priority: is missing",
                "'action': 'replay', 'id': 'a', 'reason': 'x'                | reason: does not belong to replay"
            },
            quoteCharacter = '\0')
    void aFieldThatIsMissingOrDoesNotBelongIsNamed(String fields, String fault) {
        assertThat(parse(fields))
                .isInstanceOfSatisfying(
                        ParsedControl.Refused.class,
                        refused -> assertThat(refused.faults()).singleElement().hasToString(fault));
    }

    private ParsedControl parse(String fields) {
        return parser.parse(("{\"schema_version\": 1, " + fields.replace('\'', '"') + "}").getBytes(UTF_8));
    }
}
