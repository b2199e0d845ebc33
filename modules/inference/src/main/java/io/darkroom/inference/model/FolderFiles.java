package io.darkroom.inference.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Guarded access to the files of one model folder. A folder may come from anywhere, so nothing is
 * followed out of it: no links, no {@code ..}, no absolute paths, and no JSON beyond a size that
 * real ones never reach.
 */
public final class FolderFiles {
    /** A {@code vocab.json} of CLIP has 1 MB, a {@code tokenizer.json} 2 MB. */
    private static final long MAX_JSON_BYTES = 32L << 20;

    private static final int MAX_FILES = 1000;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(1 << 20)
                            .build())
                    .build())
            // Python writes a float's infinity so; DPM-Solver's lambda_min_clipped is -Infinity
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final Path root;

    public FolderFiles(Path root) {
        this.root = root;
    }

    /** Whether there is an ordinary file of this name. */
    public boolean has(String relative) {
        return Files.isRegularFile(root.resolve(relative), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * The path of an ordinary file inside the folder.
     *
     * @param relative with {@code /} between its parts
     * @throws ModelException if it is not there, lies outside, or is reached through a link
     */
    public Path file(String relative) throws ModelException {
        Path path = inside(relative);
        Path step = root;
        for (Path part : root.relativize(path)) {
            step = step.resolve(part);
            if (Files.isSymbolicLink(step)) {
                throw new ModelException(
                        relative + ": is reached through a link; a model folder must hold the file itself");
            }
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelException(relative + ": is missing in the model folder " + root.getFileName());
        }
        return path;
    }

    private Path inside(String relative) throws ModelException {
        Path named;
        try {
            named = Path.of(relative);
        } catch (java.nio.file.InvalidPathException e) {
            throw new ModelException("a model file names the path of another that is no path", e);
        }
        Path path = root.resolve(named).normalize();
        if (named.isAbsolute() || relative.isEmpty() || path.equals(root) || !path.startsWith(root)) {
            throw new ModelException(relative + ": lies outside the model folder; it must be a path inside it");
        }
        return path;
    }

    /** Reads a JSON object. */
    public Map<String, Object> json(String relative) throws ModelException {
        try {
            return JSON.readValue(bytes(relative), new TypeReference<Map<String, Object>>() {});
        } catch (IOException e) {
            throw new ModelException(relative + ": is no JSON object", e);
        }
    }

    /** Reads a whole file of bounded size. */
    public byte[] bytes(String relative) throws ModelException {
        Path path = file(relative);
        try {
            long size = Files.size(path);
            if (size > MAX_JSON_BYTES) {
                throw new ModelException(
                        relative + ": has " + size + " bytes, more than the " + MAX_JSON_BYTES + " allowed");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new ModelException(relative + ": cannot be read", e);
        }
    }

    /** Equal where a folder inside has the same files, whatever lies around it. */
    public String digest(String directory) throws ModelException {
        return Manifest.compute(new FolderFiles(root.resolve(directory)), path -> true)
                .digest();
    }

    /**
     * All ordinary files below the folder, as paths with {@code /}, sorted. Links and odd files are
     * refused.
     */
    List<String> all() throws ModelException {
        try (Stream<Path> walk = Files.walk(root, 8)) {
            List<Path> paths = walk.limit(MAX_FILES + 1L).toList();
            if (paths.size() > MAX_FILES) {
                throw new ModelException("a model folder holds at most " + MAX_FILES + " files and folders");
            }
            for (Path path : paths) {
                if (Files.isSymbolicLink(path) && !path.equals(root)) {
                    throw new ModelException(name(path) + ": is a link; a model folder must hold the file itself");
                }
            }
            return paths.stream()
                    .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .map(this::name)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ModelException("the model folder " + root.getFileName() + " cannot be listed", e);
        }
    }

    private String name(Path path) {
        return root.relativize(path).toString().replace(root.getFileSystem().getSeparator(), "/");
    }
}
