package io.darkroom.contract.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.json.Json;
import java.io.IOException;

/** Reads a client's bytes as a JSON object, before any rule about its fields. */
final class Document {
    /** Beyond a double's exponent a number is an attack, not a parameter. */
    private static final int MAX_EXPONENT = 400;

    private static final ObjectReader TREES =
            Json.mapper().reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Document() {}

    /** What became of the bytes. */
    sealed interface Reading {
        record Tree(JsonNode root) implements Reading {}

        record Unreadable(ErrorCode code, Fault fault) implements Reading {}
    }

    /** Never throws for any bytes. */
    static Reading read(byte[] json, int maxBytes) {
        if (json.length > maxBytes) {
            return unreadable(
                    ErrorCode.REQUEST_TOO_LARGE,
                    "has " + json.length + " bytes; at most " + maxBytes + " are accepted");
        }
        JsonNode tree;
        try {
            tree = TREES.readTree(json);
        } catch (JsonProcessingException e) {
            return unreadable(ErrorCode.MALFORMED_RECORD, "is not JSON: " + describe(e));
        } catch (IOException e) {
            return unreadable(ErrorCode.MALFORMED_RECORD, "is not UTF-8 JSON");
        }
        if (tree == null || !tree.isObject()) {
            return unreadable(ErrorCode.MALFORMED_RECORD, "is not a JSON object");
        }
        if (hasAbsurdNumber(tree)) {
            return unreadable(ErrorCode.INVALID_REQUEST, "holds a number outside any parameter's range");
        }
        return new Reading.Tree(tree);
    }

    private static Reading.Unreadable unreadable(ErrorCode code, String message) {
        return new Reading.Unreadable(code, new Fault("", message));
    }

    /** Line and column only: the parser's own message can quote a prompt. */
    private static String describe(JsonProcessingException e) {
        if (e.getLocation() == null) {
            return "it cannot be read";
        }
        return "it cannot be read on from line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr();
    }

    private static boolean hasAbsurdNumber(JsonNode node) {
        if (node.isBigDecimal()) {
            var number = node.decimalValue();
            return Math.abs((long) number.precision() - number.scale()) > MAX_EXPONENT;
        }
        for (JsonNode child : node) {
            if (hasAbsurdNumber(child)) {
                return true;
            }
        }
        return false;
    }
}
