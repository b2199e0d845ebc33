package io.darkroom.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command writes: results to one stream, so that a script can read them, and all that is for a person who waits to the
 * other.
 *
 * @param out for results; flushed by whoever prints
 * @param err for progress and remarks; flushed by whoever prints
 * @param interactive whether a person looks on at {@code err}, so that lines may be drawn again
 * @param unicode whether blocks and arrows can be shown there
 */
public record Terminal(PrintWriter out, PrintWriter err, boolean interactive, boolean unicode) {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    /** The process's own standard output and standard error behind the two. */
    public static Terminal of(PrintWriter out, PrintWriter err) {
        boolean interactive = isShown() && !"dumb".equals(System.getenv("TERM"));
        return new Terminal(out, err, interactive, System.err.charset().equals(StandardCharsets.UTF_8));
    }

    /** A line of the result. */
    public void line(String text) {
        out.println(text);
        out.flush();
    }

    /** A line that is not part of the result. */
    public void remark(String text) {
        err.println(text);
        err.flush();
    }

    /** Java's console knows only of standard input and output; one of these may be a pipe while a person reads the other stream. */
    private static boolean isShown() {
        if (Files.exists(STANDARD_ERROR)) {
            try {
                return Files.readSymbolicLink(STANDARD_ERROR).toString().matches("/dev/(pts/\\d+|tty.*|console)");
            } catch (IOException e) {
                return false;
            }
        }
        var console = System.console();
        return console != null && console.isTerminal();
    }
}
