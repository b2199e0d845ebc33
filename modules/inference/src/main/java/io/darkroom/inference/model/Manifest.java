package io.darkroom.inference.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The files of a model by their SHA-256. A folder of ours carries this as {@code manifest.json};
 * for any other it is computed.
 *
 * @param files by path
 */
record Manifest(List<Entry> files) {
    static final String FILE = "manifest.json";

    /** What says something about the model but is not part of it. */
    private static final List<String> NOT_LISTED = List.of(FILE, "README.md", ".gitattributes");

    record Entry(String path, String sha256) {
        String line() {
            return sha256 + "  " + path + "\n";
        }
    }

    /** Reads the wanted files of the folder. */
    static Manifest compute(FolderFiles folder, Predicate<String> wanted) throws ModelException {
        List<Entry> entries = new ArrayList<>();
        for (String path : folder.all()) {
            if (!NOT_LISTED.contains(path) && wanted.test(path)) {
                entries.add(new Entry(path, sha256(folder.file(path))));
            }
        }
        return new Manifest(entries);
    }

    /** Reads {@code manifest.json} and checks that its own digests fit its list. */
    static Manifest read(FolderFiles folder) throws ModelException {
        Map<String, Object> json = folder.json(FILE);
        if (!(json.get("files") instanceof List<?> listed)) {
            throw new ModelException(FILE + ": files: must be a list of {path, sha256}");
        }
        List<Entry> entries = new ArrayList<>();
        for (Object file : listed) {
            if (!(file instanceof Map<?, ?> fields
                    && fields.get("path") instanceof String path
                    && fields.get("sha256") instanceof String sha256
                    && sha256.matches("[0-9a-f]{64}"))) {
                throw new ModelException(FILE + ": files: each needs a path and a sha256 of 64 lower-case hex digits");
            }
            folder.file(path);
            entries.add(new Entry(path, sha256));
        }
        Manifest manifest = new Manifest(entries);
        requireEqual(json, "digest", manifest.digest());
        if (json.containsKey("vae_digest")) {
            requireEqual(json, "vae_digest", manifest.vaeDigest(LatentScaling.read(folder)));
        }
        return manifest;
    }

    private static void requireEqual(Map<String, Object> json, String field, String computed) throws ModelException {
        if (json.containsKey(field) && !computed.equals(json.get(field))) {
            throw new ModelException(
                    FILE + ": " + field + ": is " + json.get(field) + ", but its files give " + computed);
        }
    }

    /** SHA-256 over the lines {@code <sha256> <path>} of all files, sorted. */
    String digest() {
        return digest(files, "");
    }

    /**
     * The same over the VAE's networks and the scaling of its latents: two models with the same one can hand latents to
     * each other. Its config.json does not count as a whole, because exporters write the place of the model into it.
     */
    String vaeDigest(LatentScaling scaling) {
        return digest(files.stream().filter(file -> isVaeNetwork(file.path())).toList(), scaling.fingerprint());
    }

    static boolean isVaeNetwork(String path) {
        return (path.startsWith("vae_encoder/") || path.startsWith("vae_decoder/")) && !path.endsWith("/config.json");
    }

    /** Compares the folder with this list, byte by byte. */
    void verify(FolderFiles folder) throws ModelException {
        Map<String, String> expected = files.stream().collect(Collectors.toMap(Entry::path, Entry::sha256));
        Map<String, String> found =
                compute(folder, path -> true).files.stream().collect(Collectors.toMap(Entry::path, Entry::sha256));
        TreeSet<String> paths = new TreeSet<>(expected.keySet());
        paths.addAll(found.keySet());
        List<String> faults = paths.stream()
                .filter(path -> !expected.getOrDefault(path, "").equals(found.getOrDefault(path, "")))
                .map(path -> path
                        + (expected.containsKey(path)
                                ? found.containsKey(path) ? " differs" : " is missing"
                                : " is not listed"))
                .toList();
        if (!faults.isEmpty()) {
            throw new ModelException(FILE + ": the folder is not what it lists: " + String.join(", ", faults));
        }
    }

    private static String digest(List<Entry> files, String lastLine) {
        String lines = files.stream().map(Entry::line).sorted().collect(Collectors.joining("", "", lastLine));
        return HexFormat.of().formatHex(sha256().digest(lines.getBytes(StandardCharsets.UTF_8)));
    }

    private static String sha256(Path file) {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                // the stream feeds the digest
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
