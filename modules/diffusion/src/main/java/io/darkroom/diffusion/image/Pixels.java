package io.darkroom.diffusion.image;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * Between 8-bit RGB pixels and the tensors in [-1, 1] that a VAE works on, rounded as diffusers'
 * image processor does.
 */
public final class Pixels {
    private static final int CHANNELS = 3;

    private Pixels() {}

    /**
     * An image as {@code [1, 3, height, width]} in [-1, 1].
     *
     * @param rgb rows from the top, three bytes per pixel
     */
    public static Tensor toTensor(byte[] rgb, int width, int height) {
        if (rgb.length != CHANNELS * width * height) {
            throw new IllegalArgumentException(rgb.length + " bytes are no RGB image of " + width + "x" + height);
        }
        Tensor image = Tensor.zeros(1, CHANNELS, height, width);
        int plane = width * height;
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                float unit = (rgb[pixel * CHANNELS + channel] & 0xff) / 255.0f;
                image.data()[channel * plane + pixel] = 2.0f * unit - 1.0f;
            }
        }
        return image;
    }

    /**
     * One row of decoded images as bytes, {@code round(clamp(x / 2 + 0.5, 0, 1) * 255)}, halves to
     * even.
     *
     * @param images {@code [n, 3, height, width]}
     * @return rows from the top, three bytes per pixel
     */
    public static byte[] toBytes(Tensor images, int row) {
        if (images.rank() != 4 || images.dimension(1) != CHANNELS) {
            throw new IllegalArgumentException("images must be [n, 3, h, w], not " + images);
        }
        int plane = images.dimension(2) * images.dimension(3);
        float[] values = images.row(row).data();
        byte[] rgb = new byte[CHANNELS * plane];
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                float unit = Math.clamp(values[channel * plane + pixel] * 0.5f + 0.5f, 0.0f, 1.0f);
                rgb[pixel * CHANNELS + channel] = (byte) (int) Math.rint(unit * 255.0f);
            }
        }
        return rgb;
    }
}
