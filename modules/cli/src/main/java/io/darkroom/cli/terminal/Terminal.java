package io.darkroom.cli.terminal;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes.
 *
 * @param out flushed by whoever prints
 * @param interactive whether a person looks on, so that lines may be drawn again
 * @param unicode whether blocks and arrows can be shown
 */
public record Terminal(PrintWriter out, boolean interactive, boolean unicode) {

    /** The process's own standard output behind {@code out}. */
    public static Terminal of(PrintWriter out) {
        var console = System.console();
        boolean interactive = console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
        return new Terminal(out, interactive, stdoutCharset().equals(StandardCharsets.UTF_8));
    }

    public void line(String text) {
        out.println(text);
        out.flush();
    }

    private static Charset stdoutCharset() {
        return System.out.charset();
    }
}
