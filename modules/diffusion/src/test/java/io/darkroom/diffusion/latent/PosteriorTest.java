package io.darkroom.diffusion.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.random.TorchGenerator;
import io.darkroom.diffusion.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PosteriorTest {
    @Test
    void splitsEachRowsChannelsIntoMeansAndLogVariances() {
        Tensor moments = Tensor.of(new float[] {1, 0, 2, 0}, 2, 2, 1, 1);
        Posterior posterior = Posterior.ofMoments(moments);
        assertThat(posterior.mean().data()).containsExactly(1, 2);
        assertThat(posterior.deviation().data()).containsExactly(1, 1);
    }

    @Test
    void anExtremeLogVarianceIsClamped() {
        Tensor moments = Tensor.of(new float[] {0, 0, -1000, 1000}, 1, 4, 1, 1);
        assertThat(Posterior.ofMoments(moments).deviation().data())
                .containsExactly((float) Math.exp(-15), (float) Math.exp(10));
    }

    @Test
    void aSampleIsTheMeanPlusScaledNoise() {
        Tensor moments = Tensor.of(new float[] {3, (float) (2 * Math.log(2))}, 1, 2, 1, 1);
        Tensor sample = Posterior.ofMoments(moments).sample(NoiseSource.single(new TorchGenerator(7)));
        float noise = new TorchGenerator(7).randn(1, 1, 1, 1).data()[0];
        assertThat(sample.data()).containsExactly(3 + 2 * noise);
    }

    @Test
    void anOddNumberOfChannelsIsRefused() {
        assertThatThrownBy(() -> Posterior.ofMoments(Tensor.zeros(1, 3, 2, 2))).hasMessageContaining("[n, 2c, h, w]");
    }
}
