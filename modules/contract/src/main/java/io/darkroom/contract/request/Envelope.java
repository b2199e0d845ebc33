package io.darkroom.contract.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.darkroom.contract.json.Json;
import java.io.IOException;
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

    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /** Streams over the document's top level; stops at the first byte that is not JSON. */
    public static Envelope of(byte[] json) {
        Optional<String> tenant = Optional.of(DEFAULT_TENANT);
        Optional<String> id = Optional.empty();
        try (JsonParser parser = Json.mapper().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return NOBODY;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING && field.equals("tenant")) {
                    tenant = wellFormed(parser.getText(), TENANT);
                } else if (value == JsonToken.VALUE_STRING && field.equals("id")) {
                    id = wellFormed(parser.getText(), ID);
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            // The rest cannot be read; what was read stands.
            return new Envelope(tenant, id);
        }
        return new Envelope(tenant, id);
    }

    private static Optional<String> wellFormed(String text, Pattern pattern) {
        return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
}
