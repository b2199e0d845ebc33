package io.darkroom.images;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.List;

/**
 * Many pictures on one, in rows with headings and captions, as photographers print a film. Small
 * pictures are enlarged by whole factors without smoothing, so that every pixel of them shows; large
 * ones are reduced. A row that is a little shorter than the longest has wider gaps, so that both end
 * together.
 *
 * @param title stands on top; empty for none
 * @param rows from top to bottom
 */
public record ContactSheet(String title, List<Row> rows) {
    private static final int MARGIN = 24;
    private static final int GAP = 8;
    private static final int WIDEST_GAP = 24;
    private static final int CAPTION_LINES = 4;
    private static final int ABOVE_CAPTION = 5;
    private static final int BETWEEN_ROWS = 20;
    private static final Color PAPER = new Color(0x17181c);
    private static final Color FRAME = new Color(0x24262c);
    private static final Color BRIGHT = new Color(0xf1f1ee);
    private static final Color DIM = new Color(0xa9adb5);

    /**
     * @param heading stands above the row, at its left; empty for none
     * @param note the same at its right, less bright
     * @param cell side in pixels of the square in which each picture is fitted
     */
    public record Row(String heading, String note, int cell, List<Tile> tiles) {
        public Row {
            if (cell < 16) {
                throw new IllegalArgumentException("cells of a contact sheet have at least 16 pixels: " + cell);
            }
            if (tiles.isEmpty()) {
                throw new IllegalArgumentException("a row of a contact sheet shows at least one picture");
            }
            tiles = List.copyOf(tiles);
        }

        private int width(int gap) {
            return tiles.size() * cell + (tiles.size() - 1) * gap;
        }

        private int gapWithin(int width) {
            int fitting = tiles.size() == 1 ? GAP : (width - tiles.size() * cell) / (tiles.size() - 1);
            return Math.min(fitting, WIDEST_GAP);
        }
    }

    /**
     * @param caption a line feed breaks it, longer lines are wrapped; what is over four lines is cut.
     *     The first line is the brightest
     */
    public record Tile(RgbImage image, String caption) {}

    public ContactSheet {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a contact sheet has at least one row");
        }
        rows = List.copyOf(rows);
    }

    public RgbImage draw() {
        return new Drawing(this).draw();
    }

    /** The sheet with letters of which the sizes are known. */
    private static final class Drawing {
        private final ContactSheet sheet;
        private final Lettering titles = Lettering.ofSize(22);
        private final Lettering headings = Lettering.ofSize(15);
        private final Lettering captions = Lettering.ofSize(12);
        private final int width;

        Drawing(ContactSheet sheet) {
            this.sheet = sheet;
            this.width =
                    sheet.rows().stream().mapToInt(row -> row.width(GAP)).max().orElseThrow();
        }

        RgbImage draw() {
            int top = MARGIN + (sheet.title().isEmpty() ? 0 : titles.lineHeight() + BETWEEN_ROWS);
            int height = top
                    + sheet.rows().stream().mapToInt(this::height).sum()
                    + (sheet.rows().size() - 1) * BETWEEN_ROWS
                    + MARGIN;
            BufferedImage paper = new BufferedImage(2 * MARGIN + width, height, BufferedImage.TYPE_INT_RGB);
            Graphics2D g = paper.createGraphics();
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.setColor(PAPER);
            g.fillRect(0, 0, paper.getWidth(), height);
            g.setColor(BRIGHT);
            titles.drawFitted(g, sheet.title(), MARGIN, MARGIN, width);
            for (Row row : sheet.rows()) {
                drawRow(g, row, top);
                top += height(row) + BETWEEN_ROWS;
            }
            g.dispose();
            return fromInts(paper);
        }

        private int height(Row row) {
            int lines = row.tiles().stream()
                    .mapToInt(tile -> captions.wrap(tile.caption(), row.cell(), CAPTION_LINES)
                            .size())
                    .max()
                    .orElseThrow();
            return headingHeight(row) + row.cell() + (lines == 0 ? 0 : ABOVE_CAPTION + lines * captions.lineHeight());
        }

        private int headingHeight(Row row) {
            return row.heading().isEmpty() && row.note().isEmpty() ? 0 : headings.lineHeight() + GAP;
        }

        private void drawRow(Graphics2D g, Row row, int top) {
            int noteWidth = Math.min(width, captions.width(row.note()));
            int noteTop = top + headings.lineHeight() - captions.lineHeight();
            g.setColor(DIM);
            captions.drawFitted(g, row.note(), MARGIN + width - noteWidth, noteTop, noteWidth);
            g.setColor(BRIGHT);
            headings.drawFitted(g, row.heading(), MARGIN, top, Math.max(0, width - noteWidth - GAP));
            int step = row.cell() + row.gapWithin(width);
            for (int i = 0; i < row.tiles().size(); i++) {
                drawTile(g, row.tiles().get(i), row.cell(), MARGIN + i * step, top + headingHeight(row));
            }
        }

        private void drawTile(Graphics2D g, Tile tile, int cell, int x, int y) {
            g.setColor(FRAME);
            g.fillRect(x, y, cell, cell);
            RgbImage fitted = fit(tile.image(), cell);
            int left = x + (cell - fitted.width()) / 2;
            int up = y + (cell - fitted.height()) / 2;
            g.drawImage(ImageWriting.buffered(fitted), left, up, null);
            int line = y + cell + ABOVE_CAPTION;
            g.setColor(BRIGHT);
            for (String text : captions.wrap(tile.caption(), cell, CAPTION_LINES)) {
                captions.drawFitted(g, text, x, line, cell);
                line += captions.lineHeight();
                g.setColor(DIM);
            }
        }
    }

    private static RgbImage fit(RgbImage image, int cell) {
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
