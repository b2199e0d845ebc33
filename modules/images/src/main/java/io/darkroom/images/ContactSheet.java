package io.darkroom.images;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.List;

/**
 * Many pictures on one, in a grid with captions, as photographers print a film. Small pictures are
 * enlarged by whole factors without smoothing, so that every pixel of them shows; large ones are
 * reduced.
 *
 * @param title stands on top; empty for none
 * @param columns pictures in a row
 * @param cell side in pixels of the square in which each picture is fitted
 * @param tiles row by row
 */
public record ContactSheet(String title, int columns, int cell, List<Tile> tiles) {
    private static final int MARGIN = 24;
    private static final int GAP = 16;
    private static final int CAPTION_LINES = 2;
    private static final Color PAPER = new Color(0x17181c);
    private static final Color FRAME = new Color(0x24262c);
    private static final Color BRIGHT = new Color(0xf1f1ee);
    private static final Color DIM = new Color(0xa9adb5);

    /**
     * @param caption up to two lines are shown; a line feed breaks it, longer lines are wrapped and
     *     cut
     */
    public record Tile(RgbImage image, String caption) {}

    public ContactSheet {
        if (columns < 1 || cell < 16) {
            throw new IllegalArgumentException(
                    "a contact sheet has at least one column and cells of at least 16 pixels: "
                            + columns
                            + " columns of "
                            + cell);
        }
        if (tiles.isEmpty()) {
            throw new IllegalArgumentException("a contact sheet shows at least one picture");
        }
        tiles = List.copyOf(tiles);
    }

    public RgbImage draw() {
        Lettering title = Lettering.ofSize(22);
        Lettering captions = Lettering.ofSize(13);
        int top = MARGIN + (title().isEmpty() ? 0 : title.lineHeight() + GAP);
        int captionHeight = captionLines(captions) * captions.lineHeight();
        int rowHeight = cell + (captionHeight == 0 ? 0 : 6 + captionHeight) + GAP;
        int rows = (tiles.size() + columns - 1) / columns;
        int width = 2 * MARGIN + columns * cell + (columns - 1) * GAP;
        int height = top + rows * rowHeight - GAP + MARGIN;
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = sheet.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(PAPER);
        g.fillRect(0, 0, width, height);
        g.setColor(BRIGHT);
        title.drawFitted(g, title(), MARGIN, MARGIN, width - 2 * MARGIN);
        for (int i = 0; i < tiles.size(); i++) {
            int x = MARGIN + i % columns * (cell + GAP);
            int y = top + i / columns * rowHeight;
            drawTile(g, tiles.get(i), captions, x, y);
        }
        g.dispose();
        return fromInts(sheet);
    }

    private int captionLines(Lettering captions) {
        return tiles.stream()
                .mapToInt(tile ->
                        captions.wrap(tile.caption(), cell, CAPTION_LINES).size())
                .max()
                .orElse(0);
    }

    private void drawTile(Graphics2D g, Tile tile, Lettering captions, int x, int y) {
        g.setColor(FRAME);
        g.fillRect(x, y, cell, cell);
        RgbImage fitted = fit(tile.image());
        int left = x + (cell - fitted.width()) / 2;
        int up = y + (cell - fitted.height()) / 2;
        g.drawImage(ImageWriting.buffered(fitted), left, up, null);
        g.setColor(DIM);
        int line = y + cell + 6;
        for (String text : captions.wrap(tile.caption(), cell, CAPTION_LINES)) {
            captions.drawFitted(g, text, x, line, cell);
            line += captions.lineHeight();
        }
    }

    private RgbImage fit(RgbImage image) {
        int longer = Math.max(image.width(), image.height());
        if (longer <= cell) {
            int factor = cell / longer;
            return Resize.nearest(image, image.width() * factor, image.height() * factor);
        }
        int width = Math.max(1, Math.round((float) image.width() * cell / longer));
        int height = Math.max(1, Math.round((float) image.height() * cell / longer));
        return Resize.lanczos(image, width, height);
    }

    private static RgbImage fromInts(BufferedImage image) {
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        RgbImage out = RgbImage.black(image.getWidth(), image.getHeight());
        for (int i = 0; i < pixels.length; i++) {
            out.rgb()[3 * i] = (byte) (pixels[i] >> 16);
            out.rgb()[3 * i + 1] = (byte) (pixels[i] >> 8);
            out.rgb()[3 * i + 2] = (byte) pixels[i];
        }
        return out;
    }
}
