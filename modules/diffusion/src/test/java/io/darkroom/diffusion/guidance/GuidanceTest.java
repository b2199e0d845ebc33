package io.darkroom.diffusion.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.darkroom.diffusion.random.TorchGenerator;
import io.darkroom.diffusion.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class GuidanceTest {
    @Test
    void movesFromTheUnconditionalPredictionPastTheConditionalOne() {
        Tensor unconditional = Tensor.of(new float[] {1, 2}, 1, 2);
        Tensor conditional = Tensor.of(new float[] {2, 0}, 1, 2);
        assertThat(Guidance.combine(unconditional, conditional, 7.5).data()).containsExactly(8.5f, -13f);
    }

    @Property(tries = 50)
    void equalPredictionsAreLeftAsTheyAre(@ForAll long seed, @ForAll @DoubleRange(min = 0, max = 30) double scale) {
        Tensor prediction = new TorchGenerator(seed).randn(2, 4, 3, 3);
        assertThat(Guidance.combine(prediction, prediction, scale).data()).isEqualTo(prediction.data());
    }

    @Property(tries = 50)
    void fullRescaleGivesEachRowTheSpreadOfItsConditionalPrediction(@ForAll long seed) {
        TorchGenerator generator = new TorchGenerator(seed);
        Tensor conditional = generator.randn(2, 4, 3, 3);
        Tensor guided = generator.randn(2, 4, 3, 3).times(5);
        Tensor rescaled = Guidance.rescale(guided, conditional, 1.0);
        for (int row = 0; row < 2; row++) {
            assertThat(spread(rescaled.row(row))).isCloseTo(spread(conditional.row(row)), within(1e-4));
        }
    }

    private static double spread(Tensor row) {
        double mean = 0;
        for (float value : row.data()) {
            mean += value / row.size();
        }
        double squares = 0;
        for (float value : row.data()) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (row.size() - 1));
    }
}
