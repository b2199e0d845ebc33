package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Objects as files below one folder, named by {@code file://} URIs. A file appears under its name
 * only when it is written and synced (a neighbour with the ending {@code .part} is renamed), so
 * that a reader or a crash never finds half of one.
 */
public final class FileStore implements ArtifactStore {
    private static final String PART = ".part";

    private final FileUris uris;

    /**
     * @param root a folder; made if it does not exist
     * @throws UncheckedIOException if it can be neither found nor made
     */
    public FileStore(Path root) {
        try {
            Files.createDirectories(root);
            this.uris = new FileUris(root.toAbsolutePath().normalize(), root.toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException("the store's folder " + root + " cannot be used", e);
        }
    }

    /** The URI of the store's folder, with a slash at its end. */
    public URI root() {
        return uris.rootUri();
    }

    @Override
    public void put(URI uri, byte[] content, String contentType) throws ObjectStoreException {
        write(uri, part -> {
            try (FileChannel out = newFile(part)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
        });
    }

    @Override
    public void put(URI uri, Path file, String contentType, LongConsumer sent) throws ObjectStoreException {
        write(uri, part -> {
            Files.copy(file, part);
            try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
                written.force(true);
            }
        });
        sent.accept(stat(uri).bytes());
    }

    private interface PartWriter {
        void write(Path part) throws IOException;
    }

    private void write(URI uri, PartWriter writer) throws ObjectStoreException {
        Path target = uris.toWrite(uri);
        Path part = target.resolveSibling("." + UUID.randomUUID() + PART);
        try {
            Files.createDirectories(target.getParent());
            uris.checkInside(uri, target.getParent());
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new ObjectStoreException(Kind.INVALID, uri, "there is a folder of that name; name a file");
            }
            try {
                writer.write(part);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                syncFolder(target.getParent());
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw mapped(uri, e);
        }
    }

    private static FileChannel newFile(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    /**
     * The rename itself survives a power cut only once the folder is synced; Windows cannot open
     * folders.
     */
    private static void syncFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public byte[] get(URI uri, long maxBytes) throws ObjectStoreException {
        Path file = uris.toRead(uri);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return BoundedReading.read(uri, in, Files.size(file), maxBytes);
        } catch (IOException e) {
            throw mapped(uri, e);
        }
    }

    @Override
    public byte[] range(URI uri, long from, int bytes) throws ObjectStoreException {
        Path file = uris.toRead(uri);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long left = channel.size() - from;
            if (from < 0 || left <= 0) {
                throw BoundedReading.beyondEnd(uri, from);
            }
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(left, bytes));
            while (piece.hasRemaining() && channel.read(piece, from + piece.position()) >= 0) {
                // each read gives what it can
            }
            return Arrays.copyOf(piece.array(), piece.position());
        } catch (IOException e) {
            throw mapped(uri, e);
        }
    }

    @Override
    public ObjectStat stat(URI uri) throws ObjectStoreException {
        Path file = uris.toRead(uri);
        try {
            return stat(uri, Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw mapped(uri, e);
        }
    }

    private static ObjectStat stat(URI uri, BasicFileAttributes attributes) {
        return new ObjectStat(
                uri, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    @Override
    public void eachPage(URI prefix, int most, Page page) throws ObjectStoreException {
        Path folder = uris.toList(prefix);
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<ObjectStat> gathered = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            Iterator<Path> each = files.iterator();
            while (each.hasNext()) {
                Path file = each.next();
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !isPart(file)) {
                    statIfThere(file).ifPresent(gathered::add);
                }
                if (gathered.size() == most || !each.hasNext()) {
                    page.take(List.copyOf(gathered));
                    gathered.clear();
                }
            }
        } catch (UncheckedIOException e) {
            throw mapped(prefix, e.getCause());
        } catch (IOException e) {
            throw mapped(prefix, e);
        }
    }

    private static boolean isPart(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(PART);
    }

    /** A file may be deleted while others are listed. */
    private Optional<ObjectStat> statIfThere(Path file) {
        try {
            return Optional.of(stat(
                    uris.uriOf(file),
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete(URI uri) throws ObjectStoreException {
        Path file = uris.toWrite(uri);
        try {
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new ObjectStoreException(Kind.INVALID, uri, "that is a folder; only files are deleted");
            }
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw mapped(uri, e);
        }
    }

    private static ObjectStoreException mapped(URI uri, IOException e) {
        return switch (e) {
            case ObjectStoreException known -> known;
            case NoSuchFileException ignored ->
                new ObjectStoreException(Kind.NOT_FOUND, uri, "there is no such file", e);
            case AccessDeniedException ignored ->
                new ObjectStoreException(
                        Kind.DENIED, uri, "the file's permissions do not allow this process to use it", e);
            case DirectoryNotEmptyException ignored ->
                new ObjectStoreException(Kind.INVALID, uri, "that is a folder", e);
            case FileSystemException system ->
                new ObjectStoreException(
                        nameIsWrong(system) ? Kind.INVALID : Kind.TRANSIENT,
                        uri,
                        "the file system says: " + reason(system),
                        e);
            default -> new ObjectStoreException(Kind.TRANSIENT, uri, "reading or writing failed: " + e.getMessage(), e);
        };
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    private static boolean nameIsWrong(FileSystemException e) {
        String reason = reason(e);
        return e instanceof FileAlreadyExistsException
                || reason.contains("name too long")
                || reason.contains("Not a directory")
                || reason.contains("Is a directory");
    }
}
