package io.darkroom.artifacts.model;

import io.darkroom.artifacts.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model in a store: which files it is made of. Its digest follows from them, so a model that was asked for by its digest cannot be
 * exchanged for another one, wherever its list came from.
 *
 * @param form whether it is a folder or a single file
 * @param digest SHA-256 over the sorted lines {@code <sha256>  <path>}; of a single file its own
 * @param files by path
 */
public record StoredModel(Form form, String digest, List<StoredFile> files) {
    private static final int MOST_FILES = 1000;

    /** What jobs and workers take it for. */
    public enum Form {
        FOLDER,
        FILE
    }

    /**
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public StoredModel {
        files = files.stream().sorted(Comparator.comparing(StoredFile::path)).toList();
        if (files.isEmpty() || files.size() > MOST_FILES) {
            throw new IllegalArgumentException("files: " + files.size() + " is outside 1.." + MOST_FILES);
        }
        if (form == Form.FILE && (files.size() != 1 || files.getFirst().path().contains("/"))) {
            throw new IllegalArgumentException("files: a model that is a file has just that one");
        }
        requireDistinct(files);
        String computed = digestOf(form, files);
        if (!computed.equals(digest)) {
            throw new IllegalArgumentException("digest: is " + digest + ", but its files give " + computed);
        }
    }

    /** A model of these files. */
    public static StoredModel of(Form form, List<StoredFile> files) {
        return new StoredModel(form, digestOf(form, files), files);
    }

    /** Bytes of all files. */
    public long size() {
        return files.stream().mapToLong(StoredFile::size).reduce(0, Math::addExact);
    }

    /** Names that differ in case only are one file on some systems, and no file can be a folder as well. */
    private static void requireDistinct(List<StoredFile> files) {
        Set<String> names = new HashSet<>();
        Set<String> folders = new HashSet<>();
        for (StoredFile file : files) {
            String name = file.path().toLowerCase(Locale.ROOT);
            if (!names.add(name)) {
                throw new IllegalArgumentException("files: " + file.path() + " is there twice");
            }
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                folders.add(name.substring(0, slash));
            }
        }
        if (names.stream().anyMatch(folders::contains)) {
            throw new IllegalArgumentException("files: one is named as a folder that another lies in");
        }
    }

    private static String digestOf(Form form, List<StoredFile> files) {
        return form == Form.FILE
                ? files.getFirst().sha256()
                : Sha256.of(files.stream()
                        .map(StoredFile::line)
                        .sorted()
                        .collect(Collectors.joining())
                        .getBytes(StandardCharsets.UTF_8));
    }
}
