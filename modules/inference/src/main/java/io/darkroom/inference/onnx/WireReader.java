package io.darkroom.inference.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A cursor over Protobuf's wire format that never copies what it is not asked for: an ONNX file is
 * mostly weights, and only names, types and paths matter here. Every length is checked against what
 * is left, since model files are hostile.
 *
 * <p>Source of the format: protobuf.dev/programming-guides/encoding.
 */
final class WireReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final MemorySegment data;
    private final long start;
    private final long end;
    private long position;
    private long fieldStart;
    private long valueStart;
    private int field;
    private int wireType;

    WireReader(MemorySegment data) {
        this(data, 0, data.byteSize());
    }

    private WireReader(MemorySegment data, long start, long end) {
        this.data = data;
        this.start = start;
        this.position = start;
        this.end = end;
    }

    /** Moves to the next field; its value must be read or is skipped by the next call. */
    boolean next() {
        if (position >= end) {
            return false;
        }
        fieldStart = position;
        long tag = rawVarint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        valueStart = position;
        position = switch (wireType) {
            case VARINT -> afterVarint();
            case FIXED64 -> checked(position + 8);
            case FIXED32 -> checked(position + 4);
            case BYTES -> afterBytes();
            default -> throw new OnnxFormatException("wire type " + wireType + " at byte " + fieldStart);
        };
        return true;
    }

    int field() {
        return field;
    }

    boolean is(int number, int wire) {
        return field == number && wireType == wire;
    }

    long varint() {
        long saved = position;
        position = valueStart;
        long value = rawVarint();
        position = saved;
        return value;
    }

    /** The message in the current field. */
    WireReader message() {
        long saved = position;
        position = valueStart;
        long length = rawVarint();
        long start = position;
        position = saved;
        return new WireReader(data, start, start + length);
    }

    /** The whole numbers that are packed in the current field. */
    List<Long> packedVarints() {
        WireReader content = message();
        List<Long> values = new ArrayList<>();
        while (content.position < content.end) {
            values.add(content.rawVarint());
        }
        return values;
    }

    /** A cursor over the same message from its start. */
    WireReader again() {
        return new WireReader(data, start, end);
    }

    /** What the current field holds. */
    MemorySegment content() {
        WireReader inside = message();
        return data.asSlice(inside.position, inside.end - inside.position);
    }

    /** The text in the current field. */
    String string(int maxBytes) {
        WireReader content = message();
        long length = content.end - content.position;
        if (length > maxBytes) {
            throw new OnnxFormatException("a name of " + length + " bytes, more than " + maxBytes);
        }
        byte[] bytes = data.asSlice(content.position, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The current field as it stands in the file, tag and length included. */
    MemorySegment wholeField() {
        return data.asSlice(fieldStart, position - fieldStart);
    }

    private long afterBytes() {
        long length = rawVarint();
        if (length < 0) {
            throw new OnnxFormatException("a negative length at byte " + fieldStart);
        }
        return checked(position + length);
    }

    private long afterVarint() {
        rawVarint();
        return position;
    }

    private long checked(long after) {
        if (after > end || after < position) {
            throw new OnnxFormatException("the field at byte " + fieldStart + " runs past the end of its message");
        }
        return after;
    }

    private long rawVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) {
                throw new OnnxFormatException("the file ends in the middle of a number");
            }
            byte b = data.get(ValueLayout.JAVA_BYTE, position++);
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new OnnxFormatException("a number of more than ten bytes at byte " + fieldStart);
    }
}
