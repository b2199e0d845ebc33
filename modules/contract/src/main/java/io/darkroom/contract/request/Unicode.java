package io.darkroom.contract.request;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Bytes and texts that are Unicode, and where they are not. */
final class Unicode {
    private Unicode() {}

    /** What bytes say. */
    sealed interface Decoding {
        record Text(String text) implements Decoding {}

        /**
         * They are no UTF-8.
         *
         * @param before what they say up to there
         * @param position of the first byte that cannot be, from 0
         */
        record Broken(String before, int position) implements Decoding {}
    }

    /** Strictly: what a lenient reader would replace or let pass (overlong forms, surrogates, other encodings) is no UTF-8. */
    static Decoding decode(byte[] utf8) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(utf8);
        CharBuffer text = CharBuffer.allocate(utf8.length);
        CoderResult result = decoder.decode(bytes, text, true);
        String read = text.flip().toString();
        return result.isError() ? new Decoding.Broken(read, bytes.position()) : new Decoding.Text(withoutMark(read));
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Where the first half of a surrogate pair that lacks the other stands, or the first NUL. */
    static OptionalInt firstFault(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return OptionalInt.of(at);
            }
            if (Character.isHighSurrogate(c)) {
                if (at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))) {
                    return OptionalInt.of(at);
                }
                at++;
            }
        }
        return OptionalInt.empty();
    }
}
