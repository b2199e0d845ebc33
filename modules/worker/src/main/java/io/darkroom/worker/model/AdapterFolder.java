package io.darkroom.worker.model;

import io.darkroom.inference.model.FolderFiles;
import io.darkroom.inference.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder that is one {@link AdapterFile}: it has one safetensors file, and a {@code manifest.json} that lists it, as {@code
 * python -m export.addition} writes it. Without a manifest a folder is only a place where files lie, each of them its own.
 */
record AdapterFolder(Path folder, Path file) {
    private static final String MANIFEST = "manifest.json";

    /** Empty if the path is something else. */
    static Optional<AdapterFolder> find(Path path) {
        if (!Files.isRegularFile(path.resolve(MANIFEST), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (Stream<Path> children = Files.list(path)) {
            List<Path> files = children.filter(AdapterFile::isFile).limit(2).toList();
            return files.size() == 1 ? Optional.of(new AdapterFolder(path, files.getFirst())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * @param digest of the file as it is
     * @throws ModelException if the manifest lists another file, or other bytes
     */
    void requireListed(String digest) throws ModelException {
        Map<String, Object> manifest = new FolderFiles(folder).json(MANIFEST);
        String name = file.getFileName().toString();
        if (!(manifest.get("files") instanceof List<?> files
                && files.size() == 1
                && files.getFirst() instanceof Map<?, ?> listed
                && name.equals(listed.get("path")))) {
            throw new ModelException(MANIFEST + ": files: must list " + name + " and nothing else");
        }
        if (!digest.equals(listed.get("sha256"))) {
            throw new ModelException(name + ": is not the file that " + MANIFEST + " lists; its SHA-256 is " + digest);
        }
    }
}
