package io.darkroom.artifacts.model;

import io.darkroom.artifacts.Sha256;
import io.darkroom.artifacts.model.ModelStoreException.Kind;
import io.darkroom.artifacts.model.StoredModel.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A model on this machine, listed for a store. */
public record LocalFiles(Path root, StoredModel model) {
    /** What says something about a model but is not part of it, as in its own manifest. */
    private static final Set<String> NOT_STORED = Set.of(ModelManifests.FILE, "README.md", ".gitattributes");

    /**
     * Reads all files of a folder, or a file.
     *
     * @throws ModelStoreException if there is a link in it, or a name that a store does not take
     */
    public static LocalFiles read(Path path) throws ModelStoreException {
        try {
            return Files.isDirectory(path) ? folder(path.toRealPath()) : file(path.toRealPath());
        } catch (IllegalArgumentException e) {
            throw new ModelStoreException(Kind.REFUSED, path + ": " + e.getMessage(), e);
        } catch (ModelStoreException e) {
            throw e;
        } catch (IOException e) {
            throw new ModelStoreException(Kind.MISSING, path + " cannot be read", e);
        }
    }

    /** Where a file of it lies. */
    public Path place(StoredFile file) {
        return root.resolve(file.path());
    }

    private static LocalFiles file(Path path) throws IOException {
        var file = new StoredFile(path.getFileName().toString(), Sha256.of(path), Files.size(path));
        return new LocalFiles(path.getParent(), StoredModel.of(Form.FILE, List.of(file)));
    }

    private static LocalFiles folder(Path root) throws IOException {
        List<StoredFile> files = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.toList()) {
                String name = root.relativize(path)
                        .toString()
                        .replace(root.getFileSystem().getSeparator(), "/");
                if (Files.isSymbolicLink(path)) {
                    throw new ModelStoreException(Kind.REFUSED, path + " is a link; a model holds the files itself");
                }
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !NOT_STORED.contains(name)) {
                    files.add(new StoredFile(name, Sha256.of(path), Files.size(path)));
                }
            }
        }
        return new LocalFiles(root, StoredModel.of(Form.FOLDER, files));
    }
}
