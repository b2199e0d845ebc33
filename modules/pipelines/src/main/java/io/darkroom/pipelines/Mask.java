package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.Resize;
import io.darkroom.images.RgbImage;

/**
 * What shall be painted anew: 1 there, 0 where the picture stays. diffusers: {@code VaeImageProcessor} with {@code
 * do_binarize} and {@code do_convert_grayscale}.
 *
 * @param values {@code [1, 1, height, width]}
 */
record Mask(Tensor values) {
    /** Resized, turned to grey and cut at the middle; at the size of the pixels. */
    static Mask of(RgbImage image, int width, int height) {
        RgbImage fitted = Resize.lanczos(image, width, height);
        Tensor values = Tensor.zeros(1, 1, height, width);
        for (int i = 0; i < values.size(); i++) {
            values.data()[i] = grey(fitted, i) / 255.0f < 0.5f ? 0 : 1;
        }
        return new Mask(values);
    }

    /** ITU-R 601-2 luma in 16-bit fixed point, as Pillow converts to mode L. */
    private static int grey(RgbImage image, int pixel) {
        int x = pixel % image.width();
        int y = pixel / image.width();
        return (image.at(x, y, 0) * 19595 + image.at(x, y, 1) * 38470 + image.at(x, y, 2) * 7471 + 0x8000) >> 16;
    }

    /** The first value of each square of {@code factor} pixels: nearest, as torch's {@code interpolate}. */
    Mask ofLatents(int factor) {
        int width = values.dimension(3);
        Tensor small = Tensor.zeros(1, 1, values.dimension(2) / factor, width / factor);
        int smallWidth = width / factor;
        for (int i = 0; i < small.size(); i++) {
            small.data()[i] = values.data()[i / smallWidth * factor * width + i % smallWidth * factor];
        }
        return new Mask(small);
    }

    /** {@code painted} where the mask is 1, else {@code kept}; both {@code [rows, channels, height, width]}. */
    Tensor choose(Tensor painted, Tensor kept) {
        Tensor chosen = Tensor.zeros(painted.shape());
        for (int i = 0; i < chosen.size(); i++) {
            chosen.data()[i] = (values.data()[i % values.size()] == 1 ? painted : kept).data()[i];
        }
        return chosen;
    }
}
