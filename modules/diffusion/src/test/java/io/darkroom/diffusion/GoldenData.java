package io.darkroom.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the data that {@code modules/models/golden} wrote. */
public final class GoldenData {
    private GoldenData() {}

    /** Little-endian float32 values of a resource beside {@code here}. */
    public static float[] floats(Class<?> here, String name) {
        FloatBuffer buffer = buffer(here, name).asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /** The bytes of a resource, to be read as little-endian numbers. */
    public static ByteBuffer buffer(Class<?> here, String name) {
        return ByteBuffer.wrap(bytes(here, name)).order(ByteOrder.LITTLE_ENDIAN);
    }

    public static JsonNode json(Class<?> here, String name) {
        try {
            return new ObjectMapper().readTree(bytes(here, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #floats(Class, String)}, of a file. */
    public static float[] floats(Path file) {
        FloatBuffer buffer =
                ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    public static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(bytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Class<?> here, String name) {
        try (InputStream in = here.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name + " beside " + here);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
