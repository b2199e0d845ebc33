package io.darkroom.inference.onnx;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Writes Protobuf's wire format, field by field. */
final class WireWriter {
    private final ByteArrayOutputStream out;

    WireWriter() {
        this(64);
    }

    WireWriter(int expectedBytes) {
        this.out = new ByteArrayOutputStream(expectedBytes);
    }

    WireWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    WireWriter message(int field, WireWriter value) {
        return bytes(field, value.toByteArray());
    }

    WireWriter bytes(int field, byte[] value) {
        varint(((long) field << 3) | WireReader.BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    WireWriter number(int field, long value) {
        varint(((long) field << 3) | WireReader.VARINT);
        varint(value);
        return this;
    }

    /** A field as it stands in another file, tag and length included. */
    WireWriter copy(MemorySegment wholeField) {
        out.writeBytes(wholeField.toArray(ValueLayout.JAVA_BYTE));
        return this;
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
