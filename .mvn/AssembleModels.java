// Puts the bundled models together: AssembleModels SOURCE TARGET.
//
// Many of them have files in common (the tokenizer, the text encoder, the autoencoder), and the repository holds each such file
// once. A model's manifest.json lists all that it has; what its own folder lacks is taken from whichever other folder has a
// file with the same SHA-256. So nobody keeps a list of who shares what, and nothing can be put together that is not what
// the manifest says. It is a program of its own, so that neither Python nor another module is needed before the tests.

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class AssembleModels {
    private static final String MANIFEST = "manifest.json";

    /** Of no manifest, and still part of a folder. */
    private static final List<String> UNLISTED = List.of(MANIFEST, "README.md");

    /** An entry as `export/manifest.py` writes it; the JDK has no reader of JSON. */
    private static final Pattern ENTRY = Pattern.compile(
            "\\{\\s*\"path\":\\s*\"([^\"\\\\]+)\",\\s*\"size\":\\s*\\d+,\\s*\"sha256\":\\s*\"([0-9a-f]{64})\"\\s*}");

    private record Listed(String path, String sha256) {}

    public static void main(String[] args) throws IOException {
        Path target = Path.of(args[1]);
        try {
            Map<Path, List<Listed>> models = models(Path.of(args[0]));
            Map<String, Path> owned = owned(models);
            Set<Path> placed = new HashSet<>();
            for (Map.Entry<Path, List<Listed>> model : models.entrySet()) {
                Path folder = target.resolve(model.getKey().getFileName());
                for (Listed file : model.getValue()) {
                    placed.add(place(source(model.getKey(), file, owned), file.sha256(), folder, file.path()));
                }
                for (String name : UNLISTED) {
                    Path source = model.getKey().resolve(name);
                    placed.add(place(source, sha256(source), folder, name));
                }
            }
            removeOthers(target, placed);
        } catch (NoSuchFileException e) {
            fail(e.getFile() + " is missing; each bundled model has a manifest.json and a README.md");
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
        }
    }

    private static void fail(String message) {
        System.err.println(message);
        System.exit(1);
    }

    /** What each folder's manifest lists. */
    private static Map<Path, List<Listed>> models(Path source) throws IOException {
        Map<Path, List<Listed>> models = new HashMap<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(source, Files::isDirectory)) {
            for (Path folder : folders) {
                models.put(folder, listed(folder.resolve(MANIFEST)));
            }
        }
        return models;
    }

    private static List<Listed> listed(Path manifest) throws IOException {
        String text = Files.readString(manifest);
        List<Listed> files = new ArrayList<>();
        for (Matcher entry = ENTRY.matcher(text); entry.find(); ) {
            files.add(new Listed(entry.group(1), entry.group(2)));
        }
        if (files.isEmpty() || files.size() != text.split("\"path\":", -1).length - 1) {
            throw new IllegalArgumentException(
                    manifest + ": each entry of files must be {path, size, sha256}, in this order");
        }
        return files;
    }

    /** Where there is a file, by the SHA-256 that its own manifest gives it. */
    private static Map<String, Path> owned(Map<Path, List<Listed>> models) {
        Map<String, Path> owned = new HashMap<>();
        models.forEach((folder, files) -> files.stream()
                .filter(file -> Files.isRegularFile(folder.resolve(file.path())))
                .forEach(file -> owned.put(file.sha256(), folder.resolve(file.path()))));
        return owned;
    }

    private static Path source(Path folder, Listed file, Map<String, Path> owned) {
        Path own = folder.resolve(file.path());
        Path source = Files.isRegularFile(own, LinkOption.NOFOLLOW_LINKS) ? own : owned.get(file.sha256());
        if (source == null) {
            throw new IllegalArgumentException(
                    own + " is missing, and no other bundled model has a file with its SHA-256, " + file.sha256());
        }
        return source;
    }

    /** Copies what is not there yet. A copy has its source's time, so that the next build knows it again. */
    private static Path place(Path source, String sha256, Path folder, String path) throws IOException {
        Path copy = folder.resolve(path).normalize();
        if (!copy.startsWith(folder)) {
            throw new IllegalArgumentException(folder.getFileName() + ": " + path + " leads out of the folder");
        }
        if (Files.isRegularFile(copy)
                && Files.size(copy) == Files.size(source)
                && Files.getLastModifiedTime(copy).equals(Files.getLastModifiedTime(source))) {
            return copy;
        }
        if (!sha256(source).equals(sha256)) {
            throw new IllegalArgumentException(
                    source + " is not the file that its manifest lists; its SHA-256 is " + sha256(source));
        }
        Files.createDirectories(copy.getParent());
        return Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Files that a former build left, and the folders that are empty then. */
    private static void removeOthers(Path target, Set<Path> placed) throws IOException {
        try (var found = Files.walk(target)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                if (Files.isDirectory(path) ? isEmpty(path) : !placed.contains(path)) {
                    Files.delete(path);
                }
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var children = Files.list(folder)) {
            return children.findAny().isEmpty();
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
