package io.darkroom.cli.terminal;

import io.darkroom.artifacts.model.Transfer;
import java.util.Locale;

/** How far a model's files are, drawn again and again on one line where a person looks on. */
public final class TransferBar implements Transfer, AutoCloseable {
    private static final int BAR = 24;
    private static final double MEBIBYTE = 1 << 20;

    private final Terminal terminal;
    private final String doing;
    private String drawn = "";

    /**
     * @param doing as in {@code sending sd15}
     */
    public TransferBar(Terminal terminal, String doing) {
        this.terminal = terminal;
        this.doing = doing;
    }

    @Override
    public boolean moved(long done, long of) {
        if (terminal.interactive()) {
            draw(line(done, of));
        }
        return true;
    }

    String line(long done, long of) {
        int filled = of == 0 ? BAR : (int) (BAR * done / of);
        String bar = terminal.unicode()
                ? "\u2588".repeat(filled) + "\u2591".repeat(BAR - filled)
                : "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "]";
        return String.format(Locale.ROOT, "%s  %s  %.1f/%.1f MiB", doing, bar, done / MEBIBYTE, of / MEBIBYTE);
    }

    private void draw(String line) {
        if (!line.equals(drawn)) {
            terminal.err().print("\r" + line + " ".repeat(Math.max(0, drawn.length() - line.length())));
            terminal.err().flush();
            drawn = line;
        }
    }

    /** Leaves the line to what comes next. */
    @Override
    public void close() {
        if (!drawn.isEmpty()) {
            terminal.err().print("\r" + " ".repeat(drawn.length()) + "\r");
            terminal.err().flush();
            drawn = "";
        }
    }
}
