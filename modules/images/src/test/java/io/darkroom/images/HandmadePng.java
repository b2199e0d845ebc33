package io.darkroom.images;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** PNGs put together chunk by chunk, as an attacker would. */
final class HandmadePng {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    HandmadePng() {
        out.writeBytes(PngChunks.SIGNATURE);
    }

    static HandmadePng rgb(int width, int height) {
        return new HandmadePng().header(width, height, 8, 2);
    }

    HandmadePng header(int width, int height, int depth, int colour) {
        return chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) depth)
                        .put((byte) colour)
                        .array());
    }

    HandmadePng chunk(String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        return this;
    }

    /** So many zero bytes, deflated about a thousand to one. */
    static byte[] deflatedZeros(int count) {
        Deflater deflater = new Deflater(9);
        deflater.setInput(new byte[count]);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    byte[] end() {
        chunk("IEND", new byte[0]);
        return out.toByteArray();
    }
}
