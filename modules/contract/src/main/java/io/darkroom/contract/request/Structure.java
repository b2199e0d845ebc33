package io.darkroom.contract.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Judges a document token by token, before anything is built of it: how deep, how wide and how much it is, and whether its
 * texts and numbers can be repeated and stored. What passes is small enough for a tree and for a schema; what does not is
 * refused with the first fault, after no more work than reading it once.
 */
final class Structure {
    /** Of all kinds together: sixteen stages that each give four lists of a thousand numbers have as many. */
    static final int MAX_VALUES = 1 << 16;

    /** The longest number that a client has reason to write has 24 digits: a double in full. */
    private static final int MAX_NUMBER = 64;

    /** Beyond a double's exponent a number is an attack, not a parameter. */
    private static final int MAX_EXPONENT = 308;

    /**
     * Names are neither interned nor kept between documents: they are strangers', and must not fill what this process shares.
     * The bounds here are wider than this class's own, which say what is wrong and where.
     */
    static final JsonFactory TOKENS = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2 * Json.MAX_NESTING)
                    .maxNumberLength(1 << 20)
                    .maxNameLength(1 << 20)
                    .maxStringLength(1 << 20)
                    .build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser parser;
    private final int maxEntries;
    private int values;

    /** What is wrong. */
    record Flaw(ErrorCode code, Fault fault) {}

    private Structure(JsonParser parser, int maxEntries) {
        this.parser = parser;
        this.maxEntries = maxEntries;
    }

    /**
     * What is wrong with the text as a record.
     *
     * @param maxEntries of any list or object
     */
    static Optional<Flaw> flawOf(String json, int maxEntries) {
        try (JsonParser parser = TOKENS.createParser(json)) {
            return new Structure(parser, maxEntries).firstFlaw();
        } catch (IOException e) {
            throw new AssertionError("a text in memory cannot fail to be read", e);
        }
    }

    /** The path of what a text breaks off in. */
    static String placeOfEnd(String json) {
        try (JsonParser parser = TOKENS.createParser(json)) {
            return new Structure(parser, Integer.MAX_VALUE).placeOfEnd();
        } catch (IOException e) {
            throw new AssertionError("a text in memory cannot fail to be read", e);
        }
    }

    private String placeOfEnd() throws IOException {
        boolean inText = false;
        try {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                inText = token == JsonToken.VALUE_STRING;
                parser.finishToken();
                inText = false;
            }
        } catch (JsonProcessingException e) {
            boolean inValue = inText || parser.currentToken() == JsonToken.FIELD_NAME;
            var context = parser.getParsingContext();
            boolean behindAValue = context.inObject() && context.hasCurrentName() && !inValue;
            // Behind a whole value stands the next one's name, which is the object's matter.
            return behindAValue && Place.of(context) instanceof Place.Field(Place object, String _)
                    ? object.path()
                    : Place.of(context).path();
        }
        return "";
    }

    private Optional<Flaw> firstFlaw() throws IOException {
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return flaw(ErrorCode.MALFORMED_RECORD, new Place.Root(), "is not a JSON object");
            }
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return unreadable();
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                Optional<Flaw> flaw = flawOf(token, depth);
                if (flaw.isPresent()) {
                    return flaw;
                }
            }
            return parser.nextToken() == null
                    ? Optional.empty()
                    : flaw(ErrorCode.MALFORMED_RECORD, new Place.Root(), "is more than one JSON object");
        } catch (JsonProcessingException e) {
            if (isRepeatedKey(e)) {
                return flaw(ErrorCode.MALFORMED_RECORD, here(), "stands twice; a field is given once");
            }
            return isBrokenName(e)
                    ? flaw(
                            around(),
                            "has a field whose name holds half a surrogate pair and so is no Unicode text; write both"
                                    + " halves, or leave it out")
                    : unreadable();
        }
    }

    private Optional<Flaw> flawOf(JsonToken token, int depth) throws IOException {
        if (depth > Json.MAX_NESTING) {
            return flaw(here(), "is nested deeper than " + Json.MAX_NESTING + " levels");
        }
        if (token == JsonToken.FIELD_NAME) {
            return flawOfText(parser.currentName(), "its name ");
        }
        if (token.isStructEnd()) {
            return Optional.empty();
        }
        if (++values > MAX_VALUES) {
            return flaw(here(), "is one value too many: a record has at most " + MAX_VALUES + " in all");
        }
        int entries = entries(token);
        if (entries > maxEntries) {
            return tooMany();
        }
        return switch (token) {
            case VALUE_STRING -> flawOfText(parser.getText(), "");
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> flawOfNumber();
            default -> Optional.empty();
        };
    }

    /** How many entries the list or object that the value stands in has so far. */
    private int entries(JsonToken token) {
        var around = token.isStructStart() ? parser.getParsingContext().getParent() : parser.getParsingContext();
        return around.getEntryCount();
    }

    /** Counts on to the end, so that the answer has the number. */
    private Optional<Flaw> tooMany() throws IOException {
        var around = parser.currentToken().isStructStart()
                ? parser.getParsingContext().getParent()
                : parser.getParsingContext();
        boolean inList = around.inArray();
        Place place =
                switch (Place.of(around)) {
                    case Place.Entry(Place parent, int _) -> parent;
                    case Place.Field(Place parent, String _) -> parent;
                    case Place.Root root -> root;
                };
        parser.skipChildren();
        int entries = maxEntries + 1;
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == null || token.isStructEnd()) {
                break;
            }
            if (token != JsonToken.FIELD_NAME) {
                parser.skipChildren();
                entries++;
            }
        }
        return flaw(
                place,
                "has " + entries + (inList ? " entries" : " fields") + "; no " + (inList ? "list" : "object")
                        + " in this kind of record may have more than " + maxEntries);
    }

    private Optional<Flaw> flawOfNumber() throws IOException {
        String number = parser.getText();
        if (number.length() > MAX_NUMBER) {
            return flaw(
                    here(), "is a number of " + number.length() + " characters; at most " + MAX_NUMBER + " are read");
        }
        boolean far = false;
        if (number.indexOf('e') >= 0 || number.indexOf('E') >= 0) {
            try {
                BigDecimal value = new BigDecimal(number);
                far = Math.abs((long) value.precision() - value.scale()) > MAX_EXPONENT;
            } catch (NumberFormatException e) {
                far = true; // its exponent is no int
            }
        }
        return far ? flaw(here(), number + " is outside any parameter's range") : Optional.empty();
    }

    private Optional<Flaw> flawOfText(String text, String whose) {
        OptionalInt odd = Unicode.firstFault(text);
        if (odd.isEmpty()) {
            return Optional.empty();
        }
        char found = text.charAt(odd.getAsInt());
        String what = found == 0
                ? "holds U+0000, which no text may hold; leave it out"
                : "holds half a surrogate pair (\\u%04x) and so is no Unicode text; write both halves, or leave it out"
                        .formatted((int) found);
        return flaw(here(), whose + what);
    }

    private Place here() {
        var context = parser.getParsingContext();
        JsonToken token = parser.currentToken();
        // Of a list or object that begins, the context is already its inside.
        return Place.of(token != null && token.isStructStart() ? context.getParent() : context);
    }

    private static boolean isRepeatedKey(JsonProcessingException e) {
        return e.getOriginalMessage().startsWith("Duplicate field");
    }

    /** Of names the parser itself sees to it that they are Unicode. */
    private static boolean isBrokenName(JsonProcessingException e) {
        return e.getOriginalMessage().contains("surrogate")
                && e.getOriginalMessage().contains("field name");
    }

    /** The object whose next field the parser could not name. */
    private Place around() {
        var context = parser.getParsingContext();
        return context.hasCurrentName() && Place.of(context) instanceof Place.Field(Place object, String _)
                ? object
                : Place.of(context);
    }

    private Optional<Flaw> unreadable() {
        var location = parser.currentLocation();
        String path = Place.of(parser.getParsingContext()).path();
        // Line and column only: the parser's own message can quote a prompt.
        return flaw(
                ErrorCode.MALFORMED_RECORD,
                new Place.Root(),
                "is not JSON: it cannot be read on from line " + location.getLineNr() + ", column "
                        + location.getColumnNr() + (path.isEmpty() ? "" : ", at " + path));
    }

    private static Optional<Flaw> flaw(Place place, String message) {
        return flaw(ErrorCode.INVALID_REQUEST, place, message);
    }

    private static Optional<Flaw> flaw(ErrorCode code, Place place, String message) {
        return Optional.of(new Flaw(code, new Fault(place.path(), message)));
    }
}
