package io.darkroom.diffusion.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.diffusion.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PixelsTest {
    @Property(tries = 100)
    void bytesSurviveTheWayToATensorAndBack(@ForAll @Size(18) byte[] rgb) {
        assertThat(Pixels.toBytes(Pixels.toTensor(rgb, 3, 2), 0)).isEqualTo(rgb);
    }

    @Test
    void channelsBecomePlanes() {
        Tensor image = Pixels.toTensor(new byte[] {(byte) 255, 0, 0, 0, (byte) 255, 0}, 2, 1);
        assertThat(image.shape()).containsExactly(1, 3, 1, 2);
        assertThat(image.data()).containsExactly(1, -1, -1, 1, -1, -1);
    }

    @Test
    void valuesOutsideTheRangeAreClampedAndHalvesRoundToEven() {
        // 0 is exactly half way between 127 and 128
        Tensor image = Tensor.of(new float[] {0, -7, 7}, 1, 3, 1, 1);
        assertThat(Pixels.toBytes(image, 0)).containsExactly((byte) 128, 0, (byte) 255);
    }
}
