// Formats the Java sources with google-java-format, or checks that they are formatted.
//
// It is a program of its own, started by the build on JDK 25, because the formatter parses with the
// compiler of the JVM it runs in: inside Maven on JDK 17 it cannot read Java 25.

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

public class FormatSources {

    public static void main(String[] args) throws IOException {
        boolean check = args[0].equals("check");
        Path stamp = Path.of("target", "format", check ? "checked" : "applied");
        Path unformatted = Path.of("target", "format", "unformatted");
        Instant started = Instant.now();
        Files.deleteIfExists(unformatted);
        List<String> files = changedSince(stamp);
        if (files.isEmpty()) {
            return;
        }
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        int code = format(check, files, new PrintStream(named, true, StandardCharsets.UTF_8));
        if (code != 0) {
            complain(named.toString(StandardCharsets.UTF_8));
            // The build looks for this file and fails with a sentence; a failing process would
            // have it print a stack trace instead.
            Files.writeString(unformatted, named.toString(StandardCharsets.UTF_8));
            return;
        }
        Files.writeString(stamp, "");
        Files.setLastModifiedTime(stamp, FileTime.from(started));
    }

    /** The sources touched since the last good run; all of them after a change to the build. */
    private static List<String> changedSince(Path stamp) throws IOException {
        Instant seen = Files.exists(stamp) ? Files.getLastModifiedTime(stamp).toInstant() : Instant.MIN;
        Instant build = Files.getLastModifiedTime(Path.of("pom.xml")).toInstant();
        Instant from = build.isBefore(seen) ? seen : Instant.MIN;
        List<String> files = new ArrayList<>();
        try (var modules = Files.newDirectoryStream(Path.of("modules"))) {
            for (Path module : modules) {
                if (Files.isDirectory(module.resolve("src"))) {
                    collect(module.resolve("src"), from, files);
                }
            }
        }
        return files;
    }

    private static void collect(Path folder, Instant from, List<String> files) throws IOException {
        try (var found = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) found::iterator) {
                if (file.toString().endsWith(".java")
                        && !Files.getLastModifiedTime(file).toInstant().isBefore(from)) {
                    files.add(file.toString());
                }
            }
        }
    }

    private static int format(boolean check, List<String> files, PrintStream out) {
        if (check) {
            return run(files, out, "--skip-reflowing-long-strings", "--dry-run", "--set-exit-if-changed");
        }
        // Breaking long strings leaves indents that the formatter itself then changes, so it runs
        // once more without.
        int code = run(files, out, "--replace");
        return code != 0 ? code : run(files, out, "--skip-reflowing-long-strings", "--replace");
    }

    private static int run(List<String> files, PrintStream out, String... options) {
        List<String> arguments = new ArrayList<>(List.of("--aosp"));
        arguments.addAll(List.of(options));
        arguments.addAll(files);
        return ToolProvider.findFirst("google-java-format")
                .orElseThrow()
                .run(out, System.err, arguments.toArray(String[]::new));
    }

    private static void complain(String named) {
        if (named.isBlank()) {
            System.err.println("The formatter could not read the sources (see above).");
        } else {
            System.err.println("Not formatted:");
            named.lines().sorted().forEach(file -> System.err.println("  " + file));
        }
    }
}
