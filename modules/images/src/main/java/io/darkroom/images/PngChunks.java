package io.darkroom.images;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Walks a PNG's chunks (PNG specification, third edition, section 5): lengths inside the file,
 * checksums right.
 */
record PngChunks(ByteReader file, List<Chunk> all) {
    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /**
     * @param offset of the chunk's data in the file
     */
    record Chunk(String type, int offset, int length) {}

    static PngChunks parse(byte[] bytes) throws ImageRejectedException {
        ByteReader file = new ByteReader(bytes);
        if (!file.startsWith(0, SIGNATURE)) {
            throw new ImageRejectedException(ImageRejectedException.Reason.UNKNOWN_FORMAT, "the file is no PNG");
        }
        List<Chunk> chunks = new ArrayList<>();
        int at = SIGNATURE.length;
        while (true) {
            Chunk chunk = chunkAt(file, at);
            chunks.add(chunk);
            if (chunk.type().equals("IEND")) {
                return new PngChunks(file, List.copyOf(chunks));
            }
            at = chunk.offset() + chunk.length() + 4;
        }
    }

    private static Chunk chunkAt(ByteReader file, int at) throws ImageRejectedException {
        long length = file.u32(at);
        String type = file.ascii(at + 4, 4);
        if (length > file.length() || !file.has(at + 8, (int) length + 4)) {
            throw ImageRejectedException.damaged(
                    "the file is cut off inside the PNG's chunk " + printable(type) + " at byte " + at);
        }
        CRC32 crc = new CRC32();
        crc.update(file.bytes(), at + 4, (int) length + 4);
        if (crc.getValue() != file.u32(at + 8 + (int) length)) {
            throw ImageRejectedException.damaged(
                    "the checksum of the PNG's chunk " + printable(type) + " at byte " + at + " is wrong");
        }
        return new Chunk(type, at + 8, (int) length);
    }

    /** The type comes from outside and goes into a message. */
    private static String printable(String type) {
        return type.chars().allMatch(c -> c >= 'A' && c <= 'z') ? type : "with an unreadable name";
    }

    List<Chunk> ofType(String type) {
        return all.stream().filter(chunk -> chunk.type().equals(type)).toList();
    }

    byte[] data(Chunk chunk) throws ImageRejectedException {
        return file.slice(chunk.offset(), chunk.length());
    }
}
