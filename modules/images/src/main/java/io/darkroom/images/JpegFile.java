package io.darkroom.images;

import java.io.ByteArrayOutputStream;

/**
 * A JPEG (ITU T.81). The decoder sees a copy with only tables, frame and scans, and an Adobe marker
 * that makes it hand over the samples as stored; the colours are converted here, in the way of
 * libjpeg as PIL uses it.
 */
record JpegFile(ImageHeader header, Orientation orientation, Colour colour, byte[] essentials) implements EncodedImage {
    static final byte[] START = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    enum Colour {
        GREY,
        RGB,
        YCBCR,
        CMYK,
        YCCK
    }

    static JpegFile parse(byte[] bytes) throws ImageRejectedException {
        return new JpegWalk(new ByteReader(bytes)).run();
    }

    @Override
    public RgbImage decode(DecodeDeadline deadline) throws ImageRejectedException {
        var raster = Decoders.JPEG.raster(essentials, header, deadline);
        return switch (colour) {
            case GREY -> RasterPixels.grey(raster, 8);
            case RGB -> RasterPixels.rgb(raster, 8);
            case YCBCR -> RasterPixels.yCbCr(raster);
            case CMYK -> RasterPixels.cmyk(raster, false);
            case YCCK -> RasterPixels.cmyk(raster, true);
        };
    }

    /**
     * An Adobe APP14 segment whose transform 0 says: the samples are RGB or CMYK, leave them alone.
     */
    static void writeUntransformed(ByteArrayOutputStream out) {
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0});
    }
}
