package io.darkroom.cli.sweep;

import io.darkroom.artifacts.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The first 128 bits of a text's SHA-256. */
record Fingerprint(long high, long low) {
    static Fingerprint of(String text) {
        ByteBuffer digest = ByteBuffer.wrap(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
        return new Fingerprint(digest.getLong(), digest.getLong());
    }
}
