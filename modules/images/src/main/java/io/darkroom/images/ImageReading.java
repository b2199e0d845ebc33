package io.darkroom.images;

import io.darkroom.images.ImageRejectedException.Reason;
import java.util.HexFormat;

/**
 * Reads pictures that come from outside, all of which are taken for hostile. The file is recognised
 * by its first bytes, its header is read by code of this package and held against the limits, and
 * only then a decoder, chosen here and never by ImageIO's registry, sees a file rebuilt from the
 * parts that it needs: no profiles, texts or thumbnails.
 *
 * <p>The pixels are those of PIL's {@code ImageOps.exif_transpose(image).convert("RGB")}, which is
 * what diffusers does to its inputs: alpha is dropped (not blended), palettes and greys are
 * widened, colour profiles are not applied.
 */
public final class ImageReading {
    private ImageReading() {}

    /** Decodes a whole picture. */
    public static RgbImage read(byte[] bytes, ImageLimits limits) throws ImageRejectedException {
        EncodedImage image = open(bytes, limits);
        DecodeDeadline deadline = DecodeDeadline.in(limits.maxDecodeTime());
        return image.orientation().apply(image.decode(deadline));
    }

    /** Reads and checks the header alone; costs no pixel memory. */
    public static ImageHeader header(byte[] bytes, ImageLimits limits) throws ImageRejectedException {
        return open(bytes, limits).header();
    }

    private static EncodedImage open(byte[] bytes, ImageLimits limits) throws ImageRejectedException {
        if (bytes.length > limits.maxBytes()) {
            throw new ImageRejectedException(
                    Reason.TOO_LARGE,
                    "the file has " + bytes.length + " bytes; at most " + limits.maxBytes() + " are read");
        }
        EncodedImage image =
                switch (formatOf(bytes)) {
                    case PNG -> PngFile.parse(bytes);
                    case JPEG -> JpegFile.parse(bytes);
                    case WEBP -> WebpFile.parse(bytes);
                };
        check(image.header(), limits);
        return image;
    }

    private static ImageFormat formatOf(byte[] bytes) throws ImageRejectedException {
        ByteReader reader = new ByteReader(bytes);
        if (reader.startsWith(0, PngChunks.SIGNATURE)) {
            return ImageFormat.PNG;
        }
        if (reader.startsWith(0, JpegFile.START)) {
            return ImageFormat.JPEG;
        }
        if (reader.hasAscii(0, "RIFF") && reader.hasAscii(8, "WEBP")) {
            return ImageFormat.WEBP;
        }
        String start = HexFormat.of().formatHex(bytes, 0, Math.min(8, bytes.length));
        throw new ImageRejectedException(
                Reason.UNKNOWN_FORMAT,
                bytes.length == 0
                        ? "the file is empty; a PNG, JPEG or WebP is expected"
                        : "no PNG, JPEG or WebP: the file begins with the bytes " + start);
    }

    private static void check(ImageHeader header, ImageLimits limits) throws ImageRejectedException {
        String size = header.width() + "x" + header.height();
        if (header.width() < 1 || header.height() < 1) {
            throw ImageRejectedException.damaged("the header says " + size + " pixels");
        }
        if (header.pixels() > limits.maxPixels()) {
            throw new ImageRejectedException(
                    Reason.TOO_LARGE,
                    "the header says "
                            + size
                            + ", "
                            + header.pixels()
                            + " pixels; at most "
                            + limits.maxPixels()
                            + " are decoded");
        }
        if (Math.max(header.width(), header.height()) > limits.maxSide()) {
            throw new ImageRejectedException(
                    Reason.TOO_LARGE,
                    "the header says " + size + "; a side has at most " + limits.maxSide() + " pixels");
        }
    }
}
