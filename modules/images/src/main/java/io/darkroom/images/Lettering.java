package io.darkroom.images;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * How captions are drawn: with the machine's sans-serif, or by pixels of our own where a machine
 * has no fonts.
 */
sealed interface Lettering permits Lettering.SystemFont, PixelFont {
    int width(String text);

    int lineHeight();

    /** Draws one line in the current colour with its upper left corner at (x, y). */
    void draw(Graphics2D g, String text, int x, int y);

    /**
     * Java cannot even measure text without an installed font ("Fontconfig head is null"), as in
     * slim containers.
     */
    static Lettering ofSize(int pixels) {
        try {
            return SystemFont.ofSize(pixels);
        } catch (RuntimeException | LinkageError | InternalError e) {
            return new PixelFont(Math.max(1, Math.round(pixels / 11f)));
        }
    }

    default void drawFitted(Graphics2D g, String text, int x, int y, int width) {
        draw(g, cut(text, width), x, y);
    }

    /**
     * Breaks at line feeds and between words; the last line that is kept ends in an ellipsis if
     * more would follow.
     */
    default List<String> wrap(String text, int width, int mostLines) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.strip().split("\n")) {
            StringBuilder line = new StringBuilder();
            for (String word : paragraph.split("\\s+")) {
                if (!line.isEmpty() && width(line + " " + word) > width) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
            lines.add(line.toString());
        }
        lines.removeIf(String::isEmpty);
        if (lines.size() <= mostLines) {
            return lines;
        }
        String last = String.join(" ", lines.subList(mostLines - 1, lines.size()));
        List<String> kept = new ArrayList<>(lines.subList(0, mostLines - 1));
        kept.add(cut(last, width));
        return kept;
    }

    private String cut(String text, int width) {
        if (width(text) <= width) {
            return text;
        }
        int end = text.length();
        while (end > 0 && width(text.substring(0, end).stripTrailing() + "...") > width) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end).stripTrailing() + "...";
    }

    record SystemFont(Font font, FontMetrics metrics) implements Lettering {
        static SystemFont ofSize(int pixels) {
            Font font = new Font(Font.SANS_SERIF, Font.PLAIN, pixels);
            Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            try {
                return new SystemFont(font, g.getFontMetrics(font));
            } finally {
                g.dispose();
            }
        }

        @Override
        public int width(String text) {
            return metrics.stringWidth(text);
        }

        @Override
        public int lineHeight() {
            return metrics.getHeight();
        }

        @Override
        public void draw(Graphics2D g, String text, int x, int y) {
            g.setFont(font);
            g.drawString(text, x, y + metrics.getAscent());
        }
    }
}
