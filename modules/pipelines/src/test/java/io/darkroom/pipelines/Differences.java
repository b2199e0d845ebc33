package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;

/** How far two results are apart. */
final class Differences {
    private Differences() {}

    /** Largest difference of a channel, 0..255. */
    static int largest(RgbImage one, RgbImage other) {
        assertThat(one.width()).isEqualTo(other.width());
        assertThat(one.height()).isEqualTo(other.height());
        int largest = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            largest = Math.max(largest, Math.abs((one.rgb()[i] & 0xff) - (other.rgb()[i] & 0xff)));
        }
        return largest;
    }

    /** Part of the channels that differ at all. */
    static double share(RgbImage one, RgbImage other) {
        int differing = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            differing += one.rgb()[i] == other.rgb()[i] ? 0 : 1;
        }
        return (double) differing / one.rgb().length;
    }

    static float largest(Tensor one, Tensor other) {
        assertThat(one.shape()).isEqualTo(other.shape());
        float largest = 0;
        for (int i = 0; i < one.size(); i++) {
            largest = Math.max(largest, Math.abs(one.data()[i] - other.data()[i]));
        }
        return largest;
    }
}
