package io.darkroom.images;

/**
 * What a file says of itself before any pixel is decoded.
 *
 * @param width in pixels, as stored; a photograph that is to be turned by its EXIF orientation has
 *     the two swapped later
 * @param height in pixels, as stored
 */
public record ImageHeader(ImageFormat format, int width, int height) {
    public long pixels() {
        return (long) width * height;
    }
}
