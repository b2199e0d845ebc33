// Formats the Java sources with palantir-java-format, or checks that they are formatted.
//
// It is a program of its own, started by the build on JDK 25, because the formatter parses with the
// compiler of the JVM it runs in: inside Maven on JDK 17 it cannot read Java 25.

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

public class FormatSources {
    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());

    public static void main(String[] args) throws IOException {
        boolean check = args[0].equals("check");
        Path stamp = Path.of("target", "format", check ? "checked" : "applied");
        Path unformatted = Path.of("target", "format", "unformatted");
        Instant started = Instant.now();
        Files.deleteIfExists(unformatted);
        List<String> wrong = new ArrayList<>();
        for (Path file : changedSince(stamp)) {
            format(file, check, wrong);
        }
        if (!wrong.isEmpty()) {
            wrong.stream().sorted().forEach(System.err::println);
            // The build looks for this file and fails with a sentence; a failing process would
            // have it print a stack trace instead.
            Files.write(unformatted, wrong);
            return;
        }
        Files.writeString(stamp, "");
        Files.setLastModifiedTime(stamp, FileTime.from(started));
    }

    private static void format(Path file, boolean check, List<String> wrong) throws IOException {
        String source = Files.readString(file);
        String formatted;
        try {
            formatted = FORMATTER.formatSourceAndFixImports(source);
        } catch (FormatterException e) {
            wrong.add("Cannot be read: " + file + ": " + e.getMessage());
            return;
        }
        if (formatted.equals(source)) {
            return;
        }
        if (check) {
            wrong.add("Not formatted: " + file);
        } else {
            Files.writeString(file, formatted);
        }
    }

    /** The sources touched since the last good run; all of them after a change to the build. */
    private static List<Path> changedSince(Path stamp) throws IOException {
        Instant seen = Files.exists(stamp) ? Files.getLastModifiedTime(stamp).toInstant() : Instant.MIN;
        Instant build = Files.getLastModifiedTime(Path.of("pom.xml")).toInstant();
        Instant from = build.isBefore(seen) ? seen : Instant.MIN;
        List<Path> files = new ArrayList<>();
        try (var modules = Files.newDirectoryStream(Path.of("modules"))) {
            for (Path module : modules) {
                if (Files.isDirectory(module.resolve("src"))) {
                    collect(module.resolve("src"), from, files);
                }
            }
        }
        return files;
    }

    private static void collect(Path folder, Instant from, List<Path> files) throws IOException {
        try (var found = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) found::iterator) {
                if (file.toString().endsWith(".java")
                        && !Files.getLastModifiedTime(file).toInstant().isBefore(from)) {
                    files.add(file);
                }
            }
        }
    }
}
