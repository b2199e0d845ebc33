package io.darkroom.images;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bounds-checked reads from a file in memory; whoever asks past the end gets a rejection, not an
 * exception of arrays.
 */
record ByteReader(byte[] bytes) {
    int length() {
        return bytes.length;
    }

    boolean has(int offset, int count) {
        return offset >= 0 && count >= 0 && offset <= bytes.length - count;
    }

    boolean startsWith(int offset, byte[] expected) {
        return has(offset, expected.length)
                && Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
    }

    boolean hasAscii(int offset, String expected) {
        return startsWith(offset, expected.getBytes(StandardCharsets.US_ASCII));
    }

    String ascii(int offset, int count) throws ImageRejectedException {
        require(offset, count);
        return new String(bytes, offset, count, StandardCharsets.ISO_8859_1);
    }

    int u8(int offset) throws ImageRejectedException {
        require(offset, 1);
        return bytes[offset] & 0xff;
    }

    int u16(int offset) throws ImageRejectedException {
        return u8(offset) << 8 | u8(offset + 1);
    }

    int u16Little(int offset) throws ImageRejectedException {
        return u8(offset + 1) << 8 | u8(offset);
    }

    int u24Little(int offset) throws ImageRejectedException {
        return u8(offset + 2) << 16 | u16Little(offset);
    }

    long u32(int offset) throws ImageRejectedException {
        return (long) u16(offset) << 16 | u16(offset + 2);
    }

    long u32Little(int offset) throws ImageRejectedException {
        return (long) u16Little(offset + 2) << 16 | u16Little(offset);
    }

    byte[] slice(int offset, int count) throws ImageRejectedException {
        require(offset, count);
        return Arrays.copyOfRange(bytes, offset, offset + count);
    }

    private void require(int offset, int count) throws ImageRejectedException {
        if (!has(offset, count)) {
            throw ImageRejectedException.damaged("the file is cut off: it ends after " + bytes.length + " bytes");
        }
    }
}
