package io.darkroom.router.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Remembers which record of a partition is being judged, so that one that ends its judge is not judged for ever: the offset that
 * a dead thread had in hand is the first that its successor is given.
 *
 * <p>A thread that dies with a record in hand while its process lives was ended by the record, which is not judged again. A
 * process that dies may have been ended by it (the system's killer of large processes, a fault of the virtual machine), or by
 * anybody's kill -9 in the tenth of a millisecond that a record takes. One such end proves nothing, so the record is
 * judged once more; two do. A poisoned record so costs a thread, or two processes, and an innocent one is only lost to the dead
 * letters if it is struck twice.
 *
 * <p>The note is a mapped file beside the router's state: written without a call, and kept by the kernel when the
 * process ends in whatever way. Not by a machine that loses its power, which no record does.
 */
final class RecordInHand implements AutoCloseable {
    /** How many processes may end with a record in hand. */
    static final int MOST_PROCESSES = 2;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final long OFFSET = 0;
    private static final long PROCESS = 8;
    private static final long ENDED = 16;
    private static final long HELD = 24;
    private static final int SIZE = 32;

    /** Another one in every process. */
    private static final long THIS_PROCESS = ThreadLocalRandom.current().nextLong();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment note;
    private final long process;

    private RecordInHand(Path file, long process) throws IOException {
        this.process = process;
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || Files.size(file) < SIZE) {
            // In full, so that a full disk is found here and not when the map is written.
            Files.write(file, new byte[SIZE]);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            this.note = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, arena);
        }
    }

    /** The note of one partition. */
    static RecordInHand in(Path file) {
        return in(file, THIS_PROCESS);
    }

    static RecordInHand in(Path file, long process) {
        try {
            return new RecordInHand(file, process);
        } catch (IOException e) {
            throw new UncheckedIOException("state directory " + file.getParent() + " cannot be used: " + e, e);
        }
    }

    /** Takes the record in hand; false if it is not to be judged. */
    boolean take(long offset) {
        long ended = 0;
        if (note.get(LONG, HELD) == 1 && note.get(LONG, OFFSET) == offset) {
            if (note.get(LONG, PROCESS) == process) {
                return false;
            }
            ended = note.get(LONG, ENDED) + 1;
            if (ended >= MOST_PROCESSES) {
                return false;
            }
        }
        note.set(LONG, HELD, 0);
        note.set(LONG, OFFSET, offset);
        note.set(LONG, PROCESS, process);
        note.set(LONG, ENDED, ended);
        note.set(LONG, HELD, 1);
        return true;
    }

    /** The record is done with, or its end was not its own fault. */
    void put() {
        note.set(LONG, HELD, 0);
    }

    @Override
    public void close() {
        arena.close();
    }
}
