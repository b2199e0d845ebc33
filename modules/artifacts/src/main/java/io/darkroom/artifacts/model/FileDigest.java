package io.darkroom.artifacts.model;

import io.darkroom.artifacts.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 of what is read piece by piece. */
final class FileDigest {
    private final MessageDigest digest = Sha256.digest();
    private long bytes;

    void add(byte[] piece) {
        digest.update(piece);
        bytes += piece.length;
    }

    void add(byte[] buffer, int length) {
        digest.update(buffer, 0, length);
        bytes += length;
    }

    long bytes() {
        return bytes;
    }

    /** Once. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
