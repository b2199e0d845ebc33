package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * From {@code file://} URIs to paths inside one folder, and back. Dot segments are refused rather
 * than resolved, and links are followed before the check, so that neither leads outside.
 *
 * @param named the root as the operator named it, perhaps through links; URIs may name it so too
 * @param root its real path: absolute, without links
 */
record FileUris(Path named, Path root) {
    URI rootUri() {
        String text = named.toUri().toString();
        return URI.create(text.endsWith("/") ? text : text + "/");
    }

    URI uriOf(Path file) {
        return file.toUri();
    }

    /** The file itself, all links followed; it exists, lies inside and is a plain file. */
    Path toRead(URI uri) throws ObjectStoreException {
        Path path = lexical(uri);
        try {
            Path real = path.toRealPath();
            checkBelow(uri, real);
            // A pipe or a device would never end.
            if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw new ObjectStoreException(Kind.INVALID, uri, "that is no plain file");
            }
            return real;
        } catch (NoSuchFileException e) {
            throw new ObjectStoreException(Kind.NOT_FOUND, uri, "there is no such file", e);
        } catch (ObjectStoreException e) {
            throw e;
        } catch (IOException e) {
            throw new ObjectStoreException(Kind.DENIED, uri, "the file cannot be reached", e);
        }
    }

    /**
     * A path whose nearest existing folder lies inside; a link in the last place is replaced, not
     * followed.
     */
    Path toWrite(URI uri) throws ObjectStoreException {
        Path path = lexical(uri);
        if (path.equals(root) || path.equals(named)) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the store's own folder is no file; name one below it");
        }
        Path existing = path.getParent();
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
        }
        checkInside(uri, existing);
        return path;
    }

    Path toList(URI prefix) throws ObjectStoreException {
        if (prefix.getPath() == null || !prefix.getPath().endsWith("/")) {
            throw new ObjectStoreException(Kind.INVALID, prefix, "a prefix to list ends with a slash");
        }
        Path path = lexical(prefix);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            checkInside(prefix, path);
        }
        return path;
    }

    void checkInside(URI uri, Path existing) throws ObjectStoreException {
        try {
            checkBelow(uri, existing.toRealPath());
        } catch (ObjectStoreException e) {
            throw e;
        } catch (IOException e) {
            throw new ObjectStoreException(Kind.DENIED, uri, "the folder cannot be reached", e);
        }
    }

    private void checkBelow(URI uri, Path real) throws ObjectStoreException {
        if (!real.startsWith(root)) {
            throw new ObjectStoreException(Kind.DENIED, uri, "a link leads outside the folder " + rootUri());
        }
    }

    private Path lexical(URI uri) throws ObjectStoreException {
        UriForm.check(uri, "file");
        if (uri.getAuthority() != null && !uri.getAuthority().isEmpty()) {
            throw new ObjectStoreException(Kind.INVALID, uri, "a file URI has no host: file:///folder/file");
        }
        Path path;
        try {
            path = Path.of(uri.getPath());
        } catch (InvalidPathException e) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the path cannot be a file's: " + e.getReason(), e);
        }
        if (!path.startsWith(root) && !path.startsWith(named)) {
            throw new ObjectStoreException(Kind.DENIED, uri, "files are read and written below " + rootUri() + " only");
        }
        return path;
    }
}
