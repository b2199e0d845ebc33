package io.darkroom.images;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A WebP (RFC 9649). The decoder sees only the picture's own chunk, lossy ({@code VP8}) or lossless
 * ({@code VP8L}); the extended header, alpha planes and profiles stay behind.
 *
 * @param file a file of its own with just that chunk
 */
record WebpFile(ImageHeader header, Orientation orientation, byte[] file) implements EncodedImage {
    private static final int ANIMATED = 0x02;
    private static final int HAS_XMP = 0x04;
    private static final int HAS_EXIF = 0x08;

    static WebpFile parse(byte[] bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes);
        long end = in.u32Little(4) + 8;
        if (end > in.length()) {
            throw ImageRejectedException.damaged(
                    "the WebP is cut off: it announces " + end + " bytes and has " + in.length());
        }
        return new Walk(in, (int) end).run();
    }

    /** One pass over the chunks. */
    private static final class Walk {
        private final ByteReader in;
        private final int end;
        private ImageHeader canvas;
        private ImageHeader picture;
        private byte[] file = new byte[0];
        private int flags;
        private Optional<byte[]> exif = Optional.empty();
        private Optional<byte[]> xmp = Optional.empty();

        Walk(ByteReader in, int end) {
            this.in = in;
            this.end = end;
        }

        WebpFile run() throws ImageRejectedException {
            int at = 12;
            while (at + 8 <= end) {
                long length = in.u32Little(at + 4);
                if (length > end - at - 8) {
                    throw ImageRejectedException.damaged(
                            "the WebP's chunk at byte " + at + " reaches past the file's end");
                }
                chunk(in.ascii(at, 4), at + 8, (int) length);
                at += 8 + (int) (length + (length & 1));
            }
            if (picture == null) {
                throw ImageRejectedException.damaged("the WebP holds no picture");
            }
            if (canvas != null && !canvas.equals(picture)) {
                throw ImageRejectedException.damaged("the WebP contradicts itself about its size: "
                        + canvas.width()
                        + "x"
                        + canvas.height()
                        + " and "
                        + picture.width()
                        + "x"
                        + picture.height());
            }
            return new WebpFile(picture, orientation(), file);
        }

        private void chunk(String type, int at, int length) throws ImageRejectedException {
            switch (type) {
                case "VP8X" -> extended(at);
                case "ANIM", "ANMF" -> throw animated();
                case "VP8 ", "VP8L" -> picture(type, at, length);
                case "EXIF" -> exif = first(exif, at, length);
                case "XMP " -> xmp = first(xmp, at, length);
                default -> {
                    // Alpha, profiles and whatever else is not needed.
                }
            }
        }

        private void extended(int at) throws ImageRejectedException {
            flags = in.u8(at);
            if ((flags & ANIMATED) != 0) {
                throw animated();
            }
            canvas = new ImageHeader(ImageFormat.WEBP, in.u24Little(at + 4) + 1, in.u24Little(at + 7) + 1);
        }

        private void picture(String type, int at, int length) throws ImageRejectedException {
            if (picture != null) {
                throw ImageRejectedException.damaged("the WebP holds more than one picture");
            }
            picture = type.equals("VP8L") ? losslessHeader(at) : lossyHeader(at);
            file = container(type, in.slice(at, length));
        }

        /**
         * RFC 9649, section 3.4: a signature byte, then 14 bits each of width - 1 and height - 1.
         */
        private ImageHeader losslessHeader(int at) throws ImageRejectedException {
            long bits = in.u32Little(at + 1);
            if (in.u8(at) != 0x2f) {
                throw ImageRejectedException.damaged("the WebP's lossless picture has no signature");
            }
            return new ImageHeader(ImageFormat.WEBP, (int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1);
        }

        /**
         * RFC 6386, section 9.1: a key frame's tag, its start code, then 14 bits each of width and
         * height.
         */
        private ImageHeader lossyHeader(int at) throws ImageRejectedException {
            boolean keyFrame = (in.u8(at) & 1) == 0;
            if (!keyFrame || in.u8(at + 3) != 0x9d || in.u8(at + 4) != 0x01 || in.u8(at + 5) != 0x2a) {
                throw ImageRejectedException.damaged("the WebP's lossy picture does not begin with a key frame");
            }
            return new ImageHeader(ImageFormat.WEBP, in.u16Little(at + 6) & 0x3fff, in.u16Little(at + 8) & 0x3fff);
        }

        private Optional<byte[]> first(Optional<byte[]> known, int at, int length) throws ImageRejectedException {
            return known.isPresent() ? known : Optional.of(in.slice(at, length));
        }

        /** libwebp, and so Pillow, looks only for what the extended header announces. */
        private Orientation orientation() {
            return Orientation.of(announced(HAS_EXIF, exif), announced(HAS_XMP, xmp));
        }

        private byte[] announced(int flag, Optional<byte[]> chunk) {
            return (flags & flag) != 0 ? chunk.orElse(new byte[0]) : new byte[0];
        }

        private static ImageRejectedException animated() {
            return ImageRejectedException.unsupported("the WebP is animated; a single picture is expected");
        }
    }

    private static byte[] container(String type, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 21);
        int padded = data.length + (data.length & 1);
        out.writeBytes("RIFF".getBytes(StandardCharsets.US_ASCII));
        writeLittle(out, 12 + padded);
        out.writeBytes(("WEBP" + type).getBytes(StandardCharsets.US_ASCII));
        writeLittle(out, data.length);
        out.writeBytes(data);
        if (padded != data.length) {
            out.write(0);
        }
        return out.toByteArray();
    }

    private static void writeLittle(ByteArrayOutputStream out, int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >> shift);
        }
    }

    @Override
    public RgbImage decode(DecodeDeadline deadline) throws ImageRejectedException {
        return RasterPixels.rgb(Decoders.WEBP.raster(file, header, deadline), 8);
    }
}
