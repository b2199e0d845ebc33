package io.darkroom.images;

import com.twelvemonkeys.imageio.plugins.webp.vp8.VP8Frame;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * The brightness and colour planes of a lossy WebP's key frame, and their way to RGB.
 *
 * <p>The decoder's own RGB is made block by block before the blocks' right and lower edges are
 * filtered, and with coarse colour (up to 58 of 255 away from libwebp in the tests' picture). Its
 * planes are right, so only these are taken; the rest follows libwebp ({@code dsp/upsampling.c},
 * {@code dsp/yuv.h}), which PIL uses.
 */
record Vp8Planes(int width, int height, byte[] y, byte[] u, byte[] v) {
    /** Decodes the frame at the stream's position. */
    static Vp8Planes decode(MemoryImageStream stream, ImageHeader header) throws IOException {
        VP8Frame frame = new VP8Frame(stream, false);
        // The decoder converts as many pixels as the raster has; one is the fewest.
        boolean keyFrame = frame.decode(Raster.createInterleavedRaster(0, 1, 1, 3, null), null);
        if (!keyFrame
                || frame.getWidth() != header.width()
                || frame.getHeight() != header.height()) {
            throw new IOException("no key frame of the announced size");
        }
        return new Vp8Planes(
                header.width(),
                header.height(),
                plane(frame.getDebugImageYBuffer(), 1),
                plane(frame.getDebugImageUBuffer(), 2),
                plane(frame.getDebugImageVBuffer(), 2));
    }

    /**
     * The decoder shows each plane only as a grey picture of the full size; of colour every second
     * pixel is kept.
     */
    private static byte[] plane(BufferedImage grey, int step) {
        int width = (grey.getWidth() + step - 1) / step;
        int height = (grey.getHeight() + step - 1) / step;
        byte[] out = new byte[width * height];
        int[] row = new int[grey.getWidth()];
        for (int y = 0; y < height; y++) {
            grey.getRaster().getDataElements(0, y * step, grey.getWidth(), 1, row);
            for (int x = 0; x < width; x++) {
                out[y * width + x] = (byte) row[x * step];
            }
        }
        return out;
    }

    RgbImage toRgb() {
        RgbImage image = RgbImage.black(width, height);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int luma = 19_077 * (y[row * width + column] & 0xff) >> 8;
                int cb = colour(u, column, row);
                int cr = colour(v, column, row);
                int to = (row * width + column) * 3;
                image.rgb()[to] = clip(luma + (26_149 * cr >> 8) - 14_234);
                image.rgb()[to + 1] = clip(luma - (6_419 * cb >> 8) - (13_320 * cr >> 8) + 8_708);
                image.rgb()[to + 2] = clip(luma + (33_050 * cb >> 8) - 17_685);
            }
        }
        return image;
    }

    /**
     * Weighs the four nearest samples 9:3:3:1, rounded in libwebp's two steps; the edge repeats.
     */
    private int colour(byte[] plane, int x, int y) {
        int stride = (width + 1) / 2;
        int nearX = x / 2;
        int nearY = y / 2;
        int farX = Math.clamp(nearX + (x & 1) * 2 - 1, 0, stride - 1);
        int farY = Math.clamp(nearY + (y & 1) * 2 - 1, 0, (height + 1) / 2 - 1);
        int near = plane[nearY * stride + nearX] & 0xff;
        int beside = plane[nearY * stride + farX] & 0xff;
        int above = plane[farY * stride + nearX] & 0xff;
        int diagonal = plane[farY * stride + farX] & 0xff;
        return (near + diagonal + 3 * (beside + above) + 8 >> 3) + near >> 1;
    }

    private static byte clip(int value) {
        return (byte) Math.clamp(value >> 6, 0, 255);
    }
}
