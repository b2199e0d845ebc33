package io.darkroom.diffusion.random;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.diffusion.GoldenData;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchGeneratorTest {
    /**
     * torch's own vector kernels differ by this much from correctly rounded ones, and between CPUs.
     */
    private static final int LARGEST_ULPS = 4;

    @Test
    void drawsWhatTorchDrewInAnySequenceOfSizes() {
        float[] golden = GoldenData.floats(getClass(), "draws.f32");
        int at = 0;
        int worst = 0;
        for (JsonNode sequence : GoldenData.json(getClass(), "draws.json")) {
            TorchGenerator generator = new TorchGenerator(sequence.get("seed").asLong());
            for (JsonNode size : sequence.get("sizes")) {
                for (float drawn : generator.randn(size.asInt()).data()) {
                    int ulps = Math.abs(Float.floatToIntBits(drawn) - Float.floatToIntBits(golden[at++]));
                    worst = Math.max(worst, ulps);
                }
            }
        }
        System.out.println("torch randn: worst difference " + worst + " ulp in " + at + " values");
        assertThat(at).isEqualTo(golden.length);
        assertThat(worst).isLessThanOrEqualTo(LARGEST_ULPS);
    }

    @Test
    void onlyTheLow32BitsOfTheSeedCount() {
        assertThat(new TorchGenerator(5).randn(20).data())
                .isEqualTo(new TorchGenerator(5 + (1L << 40)).randn(20).data());
    }

    @Test
    void aListOfSeedsGivesEachRowItsOwnDraw() {
        NoiseSource perRow =
                NoiseSource.perRow(List.of(new TorchGenerator(1), new TorchGenerator(2), new TorchGenerator(3)));
        Tensor drawn = perRow.draw(3, 4, 2, 3);
        assertThat(drawn.shape()).containsExactly(3, 4, 2, 3);
        assertThat(drawn.row(1).data())
                .isEqualTo(new TorchGenerator(2).randn(1, 4, 2, 3).data());
    }
}
