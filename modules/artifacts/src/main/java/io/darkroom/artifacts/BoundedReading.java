package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Reads a stream whose announced length is not trusted. */
final class BoundedReading {
    private BoundedReading() {}

    /** Of a piece that begins where the object has ended already. */
    static ObjectStoreException beyondEnd(URI uri, long from) {
        return new ObjectStoreException(Kind.INVALID, uri, "the object has no byte " + from);
    }

    /**
     * @param announced bytes, negative if unknown; only used to refuse early
     * @throws ObjectStoreException with {@link Kind#TOO_LARGE} at the first byte too many
     */
    static byte[] read(URI uri, InputStream in, long announced, long maxBytes) throws IOException {
        if (announced > maxBytes) {
            throw new ObjectStoreException(
                    Kind.TOO_LARGE, uri, "the object has " + announced + " bytes; at most " + maxBytes + " are read");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.clamp(announced, 1024, 1 << 20));
        byte[] buffer = new byte[64 * 1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (out.size() + (long) n > maxBytes) {
                throw new ObjectStoreException(
                        Kind.TOO_LARGE,
                        uri,
                        "the object has more than the " + maxBytes + " bytes that are read at most");
            }
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }
}
