package io.darkroom.artifacts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Locks on files of one folder, held against the threads of this process and against other processes. The system frees those of a
 * process that dies, however it does.
 *
 * <p>What this process holds is known here and its file never opened a second time: to close any channel of a file gives back all
 * locks that the process has on it (fcntl(2)).
 */
public final class FolderLocks {
    private static final long AGAIN_MILLIS = 50;
    private static final long MAX_SIGNATURE_BYTES = 1024;

    private final Path folder;
    private final Set<String> held = new HashSet<>();

    public FolderLocks(Path folder) {
        this.folder = folder;
    }

    /** A lock until it is closed. */
    public final class Held implements AutoCloseable {
        private final String name;
        private final FileChannel channel;

        private Held(String name, FileChannel channel) {
            this.name = name;
            this.channel = channel;
        }

        /** Writes who holds it, for {@link #holder}. */
        public void sign(String holder) throws IOException {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
        }

        /** Gives it back and takes the file away: for locks that nobody waits for. */
        public void closeAndDelete() throws IOException {
            close();
            Files.deleteIfExists(folder.resolve(name));
        }

        @Override
        public void close() throws IOException {
            synchronized (held) {
                channel.close();
                held.remove(name);
            }
        }
    }

    public Path folder() {
        return folder;
    }

    /** Waits for it. */
    public Held acquire(String name) throws IOException, InterruptedException {
        Optional<Held> lock = tryAcquire(name);
        while (lock.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
            lock = tryAcquire(name);
        }
        return lock.get();
    }

    /** Empty if another one holds it. */
    public Optional<Held> tryAcquire(String name) throws IOException {
        synchronized (held) {
            if (held.contains(name)) {
                return Optional.empty();
            }
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isFree(channel)) {
                held.add(name);
                return Optional.of(new Held(name, channel));
            }
            channel.close();
            return Optional.empty();
        }
    }

    /** What the process wrote that holds it, or held it last; empty if none did. Not for locks that this process holds. */
    public Optional<String> holder(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_SIGNATURE_BYTES) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
    }

    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
