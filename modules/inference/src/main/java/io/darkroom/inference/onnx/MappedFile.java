package io.darkroom.inference.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A model's file while it is read to be rewritten. */
public final class MappedFile {
    /** A file beyond this keeps its weights inside; it is not worth holding it in memory twice. */
    private static final long MAX_BYTES = 1L << 30;

    private MappedFile() {}

    /** What is made of a file; the memory is gone afterwards. */
    interface Reading<T> {
        Optional<T> of(MemorySegment model);
    }

    /** Empty too if the file is too large to be rewritten. */
    static <T> Optional<T> read(Path file, Reading<T> reading) throws IOException {
        return mayBeRewritten(file) ? readOfAnySize(file, reading) : Optional.empty();
    }

    /** Whether the file is not over a gibibyte. */
    public static boolean mayBeRewritten(Path file) throws IOException {
        return Files.size(file) <= MAX_BYTES;
    }

    static <T> Optional<T> readOfAnySize(Path file, Reading<T> reading) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            return reading.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        }
    }
}
