package io.darkroom.images;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** A file in memory as ImageIO wants it: no cache on disk, and no byte after the deadline. */
final class MemoryImageStream extends ImageInputStreamImpl {
    private final byte[] bytes;
    private final DecodeDeadline deadline;

    MemoryImageStream(byte[] bytes, DecodeDeadline deadline) {
        this.bytes = bytes;
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        deadline.check();
        bitOffset = 0;
        return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        deadline.check();
        bitOffset = 0;
        if (count == 0) {
            return 0;
        }
        if (streamPos >= bytes.length) {
            return -1;
        }
        int n = (int) Math.min(count, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, into, offset, n);
        streamPos += n;
        return n;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
