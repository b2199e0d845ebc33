package io.darkroom.artifacts.model;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A file of a model in a store.
 *
 * @param path inside the model's folder, with {@code /} between its parts; never one that leads out of it
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits
 * @param size in bytes
 */
public record StoredFile(String path, String sha256, long size) {
    private static final int LONGEST_PATH = 512;
    private static final int DEEPEST = 8;

    /** Written by the store itself, or devices on some systems. */
    private static final Set<String> RESERVED = Set.of("manifest.json", "con", "nul", "aux", "prn");

    /**
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public StoredFile {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("sha256: must be 64 lower-case hexadecimal digits");
        }
        if (size < 0) {
            throw new IllegalArgumentException("size: " + size + " is below 0");
        }
        check(path);
    }

    private static void check(String path) {
        List<String> parts = List.of(path.split("/", -1));
        boolean inside = parts.stream().noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        if (!inside) {
            throw new IllegalArgumentException("path: " + shown(path) + " must lie inside the model's folder");
        }
        if (path.length() > LONGEST_PATH || parts.size() > DEEPEST) {
            throw new IllegalArgumentException("path: " + shown(path) + " is longer than " + LONGEST_PATH
                    + " characters or deeper than " + DEEPEST + " folders");
        }
        if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == ':')) {
            throw new IllegalArgumentException(
                    "path: " + shown(path) + " has a control character, a backslash or a colon");
        }
        if (RESERVED.contains(path.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("path: " + path + " is no name that a model's file can have");
        }
    }

    private static String shown(String path) {
        String plain = path.replaceAll("[^ -~]", "?");
        return plain.length() <= 80 ? plain : plain.substring(0, 80) + "...";
    }

    /** As {@code sha256sum} prints it. */
    String line() {
        return sha256 + "  " + path + "\n";
    }
}
