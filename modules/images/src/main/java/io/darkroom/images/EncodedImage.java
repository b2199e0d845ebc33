package io.darkroom.images;

/**
 * A file whose structure has been walked and whose header is known, before its pixels are decoded.
 */
sealed interface EncodedImage permits PngFile, JpegFile, WebpFile {
    ImageHeader header();

    /** How the stored pixels are to be turned, from EXIF. */
    Orientation orientation();

    /** The stored pixels, not yet turned. */
    RgbImage decode(DecodeDeadline deadline) throws ImageRejectedException;
}
