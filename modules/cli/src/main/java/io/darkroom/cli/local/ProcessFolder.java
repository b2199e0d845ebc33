package io.darkroom.cli.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The folder that the launcher made for what this process needs while it lives: native libraries, data of a demo. A lock on the
 * file beside it says that it is alive. What a killed process left is removed by the next one that starts.
 */
public final class ProcessFolder implements AutoCloseable {
    /** Names the folder; without it, as in a JVM that somebody else started, there is none. */
    private static final String PROPERTY = "darkroom.process-folder";

    private static final String LOCK = ".lock";

    /** What a process may take from the making of its folder to the lock. */
    private static final Duration START = Duration.ofMinutes(1);

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Optional<FileChannel> lock;

    private ProcessFolder(Optional<FileChannel> lock) {
        this.lock = lock;
    }

    /**
     * Holds the folder, as long as what it returns is reachable, until this process ends, and removes those of processes that have ended. Nothing here is worth failing for:
     * a file system without locks keeps what a killed process left.
     */
    public static ProcessFolder claim() {
        String name = System.getProperty(PROPERTY, "");
        if (name.isEmpty()) {
            return new ProcessFolder(Optional.empty());
        }
        Path folder = Path.of(name);
        try {
            ProcessFolder claimed = new ProcessFolder(Optional.of(hold(folder)));
            goAtTheEnd(folder);
            removeAbandoned(folder);
            return claimed;
        } catch (IOException | UncheckedIOException e) {
            return new ProcessFolder(Optional.empty());
        }
    }

    /** Another start may take the folder for abandoned before it is locked; then it is made again. */
    private static FileChannel hold(Path folder) throws IOException {
        Path file = lockOf(folder);
        while (true) {
            Files.createDirectories(folder, PRIVATE);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            if (Files.exists(file) && Files.isDirectory(folder)) {
                return channel;
            }
            channel.close();
        }
    }

    private static Path lockOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }

    /**
     * The JVM deletes what it was told to when all shutdown hooks are done, the last named first. Until then other hooks may need
     * what is in the folder.
     */
    private static void goAtTheEnd(Path folder) {
        folder.getParent().toFile().deleteOnExit();
        lockOf(folder).toFile().deleteOnExit();
        folder.toFile().deleteOnExit();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> contentsGoAtTheEnd(folder), "process-folder"));
    }

    private static void contentsGoAtTheEnd(Path folder) {
        try (var contents = Files.walk(folder)) {
            contents.map(Path::toFile).forEach(File::deleteOnExit);
        } catch (IOException | UncheckedIOException e) {
            // somebody else deletes in there; what stays is for the next start
        }
    }

    private static void removeAbandoned(Path own) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(own.getParent())) {
            for (Path path : all) {
                String name = path.getFileName().toString();
                Path folder = name.endsWith(LOCK)
                        ? path.resolveSibling(name.substring(0, name.length() - LOCK.length()))
                        : path;
                if (!folder.equals(own) && !starts(path)) {
                    removeIfAbandoned(folder);
                }
            }
        }
    }

    /** The name begins with the process id; one that is used again must not keep the folder for long. */
    private static boolean starts(Path path) throws IOException {
        String name = path.getFileName().toString();
        int end = name.indexOf('-');
        return end > 0
                && name.substring(0, end).matches("[0-9]{1,9}")
                && ProcessHandle.of(Long.parseLong(name.substring(0, end))).isPresent()
                && Files.getLastModifiedTime(path)
                        .toInstant()
                        .isAfter(Instant.now().minus(START));
    }

    private static void removeIfAbandoned(Path folder) {
        Path file = lockOf(folder);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                if (Files.exists(folder)) {
                    Files.walkFileTree(folder, new Deletion());
                }
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // somebody else's, or another start removes it now
        }
    }

    @Override
    public void close() {
        try {
            if (lock.isPresent()) {
                lock.get().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
