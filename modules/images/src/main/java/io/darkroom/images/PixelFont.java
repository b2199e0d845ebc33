package io.darkroom.images;

import java.awt.Graphics2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Letters of five by eight pixels for printable ASCII, drawn in the resource {@code
 * pixel-font.txt}; other characters show as a box.
 *
 * @param scale side in pixels of one of a letter's pixels
 */
record PixelFont(int scale) implements Lettering {
    private static final int COLUMNS = 5;
    private static final int ROWS = 8;
    private static final List<String> BOX =
            List.of("#####", "#...#", "#...#", "#...#", "#...#", "#...#", "#####", ".....");
    private static final Map<Character, List<String>> GLYPHS = load();

    private static Map<Character, List<String>> load() {
        try (InputStream in = PixelFont.class.getResourceAsStream("pixel-font.txt")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
            Map<Character, List<String>> glyphs = new HashMap<>();
            for (int at = 0; at + ROWS < lines.size(); at += ROWS + 1) {
                String names = lines.get(at);
                for (int i = 0; i < names.length(); i++) {
                    int column = i * (COLUMNS + 1);
                    glyphs.put(
                            names.charAt(i),
                            lines.subList(at + 1, at + 1 + ROWS).stream()
                                    .map(line -> line.substring(column, column + COLUMNS))
                                    .toList());
                }
            }
            return Map.copyOf(glyphs);
        } catch (IOException e) {
            throw new UncheckedIOException("the font in the jar cannot be read", e);
        }
    }

    @Override
    public int width(String text) {
        return text.length() * (COLUMNS + 1) * scale;
    }

    @Override
    public int lineHeight() {
        return (ROWS + 2) * scale;
    }

    @Override
    public void draw(Graphics2D g, String text, int x, int y) {
        for (int i = 0; i < text.length(); i++) {
            List<String> glyph = GLYPHS.getOrDefault(text.charAt(i), BOX);
            drawGlyph(g, glyph, x + i * (COLUMNS + 1) * scale, y + scale);
        }
    }

    private void drawGlyph(Graphics2D g, List<String> glyph, int x, int y) {
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                if (glyph.get(row).charAt(column) == '#') {
                    g.fillRect(x + column * scale, y + row * scale, scale, scale);
                }
            }
        }
    }
}
