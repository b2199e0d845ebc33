package io.darkroom.contract.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who sent a record and what they called it, as far as that can be read from bytes that may be
 * broken, too large or hostile. Only well-formed names are taken.
 */
public record Envelope(Optional<String> tenant, Optional<String> id) {
    /** The tenant of requests that name none. */
    public static final String DEFAULT_TENANT = "default";

    /** Of a record that names nobody. */
    public static final Envelope NOBODY = new Envelope(Optional.empty(), Optional.empty());

    /** Of a larger record the beginning is enough: it is refused for its size. */
    private static final int MAX_BYTES = 1 << 20;

    private static final JsonFactory TOKENS = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1 << 16)
                    .maxNumberLength(MAX_BYTES)
                    .maxNameLength(MAX_BYTES)
                    .maxStringLength(MAX_BYTES)
                    .build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build();

    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /**
     * Streams over the document's top level, up to the first thing that cannot be JSON. What is wrong inside of values (bytes
     * that are no UTF-8, repeated keys, too much of anything) is none of its business: who sent it must be answered all the
     * same. Of names that are given twice the first counts.
     */
    public static Envelope of(byte[] json) {
        Optional<String> tenant = Optional.empty();
        Optional<String> id = Optional.empty();
        // The names are ASCII, and so are JSON's own signs: as Latin-1, any bytes are text.
        Reader text = new InputStreamReader(
                new ByteArrayInputStream(json, 0, Math.min(json.length, MAX_BYTES)), StandardCharsets.ISO_8859_1);
        boolean tenantGiven = false;
        try (JsonParser parser = TOKENS.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return NOBODY;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("tenant") && !tenantGiven) {
                    tenantGiven = true;
                    tenant = value == JsonToken.VALUE_STRING ? wellFormed(parser.getText(), TENANT) : Optional.empty();
                } else if (field.equals("id") && id.isEmpty() && value == JsonToken.VALUE_STRING) {
                    id = wellFormed(parser.getText(), ID);
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // The rest cannot be read; what was read stands.
        }
        return new Envelope(tenantGiven ? tenant : Optional.of(DEFAULT_TENANT), id);
    }

    private static Optional<String> wellFormed(String text, Pattern pattern) {
        return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
}
