package io.darkroom.images;

import io.darkroom.images.PngChunks.Chunk;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A PNG. The decoder sees a copy with only IHDR, PLTE, IDAT and IEND: no text to inflate, no
 * profile to apply.
 *
 * @param palette {@code 3 * n} bytes, empty unless the pixels are indices
 */
record PngFile(PngChunks chunks, ImageHeader header, int depth, Colour colour, byte[] palette) implements EncodedImage {
    /** Colour types of the specification's table 8, in the order of their numbers. */
    enum Colour {
        GREY,
        RGB,
        PALETTE,
        GREY_ALPHA,
        RGB_ALPHA
    }

    static PngFile parse(byte[] bytes) throws ImageRejectedException {
        PngChunks chunks = PngChunks.parse(bytes);
        Chunk first = chunks.all().getFirst();
        if (!first.type().equals("IHDR")
                || first.length() != 13
                || chunks.ofType("IHDR").size() != 1) {
            throw ImageRejectedException.damaged("a PNG begins with one IHDR chunk of 13 bytes; this one does not");
        }
        if (chunks.ofType("IDAT").isEmpty()) {
            throw ImageRejectedException.damaged("the PNG holds no pixels: it has no IDAT chunk");
        }
        if (!chunks.ofType("acTL").isEmpty()) {
            throw ImageRejectedException.unsupported("the PNG is animated; a single picture is expected");
        }
        ByteReader in = chunks.file();
        ImageHeader header = new ImageHeader(ImageFormat.PNG, side(in.u32(16)), side(in.u32(20)));
        int depth = in.u8(24);
        Colour colour = colour(in.u8(25), depth);
        return new PngFile(chunks, header, depth, colour, palette(chunks, colour));
    }

    private static int side(long value) throws ImageRejectedException {
        if (value > Integer.MAX_VALUE) {
            throw ImageRejectedException.damaged("the PNG's header gives a side of " + value + " pixels");
        }
        return (int) value;
    }

    private static Colour colour(int type, int depth) throws ImageRejectedException {
        boolean small = depth == 1 || depth == 2 || depth == 4;
        Colour colour =
                switch (type) {
                    case 0 -> Colour.GREY;
                    case 2 -> Colour.RGB;
                    case 3 -> Colour.PALETTE;
                    case 4 -> Colour.GREY_ALPHA;
                    case 6 -> Colour.RGB_ALPHA;
                    default ->
                        throw ImageRejectedException.damaged(
                                "the PNG's colour type is " + type + "; it can be 0, 2, 3, 4 or 6");
                };
        boolean allowed =
                switch (colour) {
                    case GREY -> small || depth == 8 || depth == 16;
                    case PALETTE -> small || depth == 8;
                    case RGB, GREY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
                };
        if (!allowed) {
            throw ImageRejectedException.damaged(
                    "a PNG of colour type " + type + " cannot have " + depth + " bits a channel");
        }
        if (colour == Colour.GREY && depth == 16) {
            throw ImageRejectedException.unsupported(
                    "the PNG is grey with 16 bits, which has no agreed reduction to 8 bits;"
                            + " save it with 8 bits a channel");
        }
        return colour;
    }

    private static byte[] palette(PngChunks chunks, Colour colour) throws ImageRejectedException {
        List<Chunk> found = chunks.ofType("PLTE");
        if (colour != Colour.PALETTE) {
            return new byte[0];
        }
        if (found.size() != 1
                || found.getFirst().length() % 3 != 0
                || found.getFirst().length() > 768) {
            throw ImageRejectedException.damaged("the PNG's pixels are indices, but it has no sound palette (PLTE)");
        }
        return chunks.data(found.getFirst());
    }

    @Override
    public Orientation orientation() {
        return Orientation.of(exif(), PngText.last(chunks, "XML:com.adobe.xmp").orElse(new byte[0]));
    }

    /** In its own chunk, or as ImageMagick wrote it before there was that: hexadecimal digits in a text. */
    private byte[] exif() {
        List<Chunk> own = chunks.ofType("eXIf");
        if (own.isEmpty()) {
            return PngText.last(chunks, "Raw profile type exif")
                    .map(PngFile::ofHexDigits)
                    .orElse(new byte[0]);
        }
        try {
            return chunks.data(own.getLast());
        } catch (ImageRejectedException impossible) {
            throw new IllegalStateException("a chunk inside the file lies outside it", impossible);
        }
    }

    /** An empty line, the profile's name and its length stand before the digits; no bytes where there are no digits. */
    private static byte[] ofHexDigits(byte[] text) {
        String digits =
                new String(text, StandardCharsets.ISO_8859_1).lines().skip(3).collect(Collectors.joining());
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    @Override
    public RgbImage decode(DecodeDeadline deadline) throws ImageRejectedException {
        Raster raster = Decoders.PNG.raster(essentials(), header, deadline);
        return switch (colour) {
            case RGB, RGB_ALPHA -> RasterPixels.rgb(raster, depth);
            case GREY, GREY_ALPHA -> RasterPixels.grey(raster, depth);
            case PALETTE -> RasterPixels.indexed(raster, palette);
        };
    }

    private byte[] essentials() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(chunks.file().length());
        out.writeBytes(PngChunks.SIGNATURE);
        for (Chunk chunk : chunks.all()) {
            boolean needed =
                    switch (chunk.type()) {
                        case "IHDR", "IDAT", "IEND" -> true;
                        case "PLTE" -> colour == Colour.PALETTE;
                        default -> false;
                    };
            if (needed) {
                out.write(chunks.file().bytes(), chunk.offset() - 8, chunk.length() + 12);
            }
        }
        return out.toByteArray();
    }
}
