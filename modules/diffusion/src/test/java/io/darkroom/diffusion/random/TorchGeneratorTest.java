package io.darkroom.diffusion.random;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.diffusion.GoldenData;
import io.darkroom.diffusion.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchGeneratorTest {
    private static final long[] UNIFORM_SEEDS = {0, 1, 42, (1L << 32) - 1, Long.MAX_VALUE};
    private static final int UNIFORMS = 700;

    /** From this many values on, torch's vector kernel draws; it is reproduced to the bit. */
    private static final int VECTOR = 16;

    @Test
    void drawsWhatTorchDrewInAnySequenceOfSizes() {
        float[] golden = GoldenData.floats(getClass(), "draws.f32");
        int at = 0;
        int worstSmall = 0;
        int worstLarge = 0;
        for (JsonNode sequence : GoldenData.json(getClass(), "draws.json")) {
            TorchGenerator generator = new TorchGenerator(sequence.get("seed").asLong());
            for (JsonNode size : sequence.get("sizes")) {
                int worst = 0;
                for (float drawn : generator.randn(size.asInt()).data()) {
                    worst = Math.max(worst, ulps(drawn, golden[at++]));
                }
                boolean large = size.asInt() >= VECTOR;
                worstLarge = large ? Math.max(worstLarge, worst) : worstLarge;
                worstSmall = large ? worstSmall : Math.max(worstSmall, worst);
            }
        }
        System.out.println("torch randn: worst difference " + worstSmall + " ulp in draws under 16, " + worstLarge
                + " ulp in larger ones; " + at + " values");
        assertThat(at).isEqualTo(golden.length);
        assertThat(worstSmall).isLessThanOrEqualTo(1);
        assertThat(worstLarge).isZero();
    }

    @Test
    void theUniformsAreTorchsBitByBit() {
        ByteBuffer singles = GoldenData.buffer(getClass(), "uniforms.f32");
        ByteBuffer doubles = GoldenData.buffer(getClass(), "uniforms.f64");
        for (long seed : UNIFORM_SEEDS) {
            TorchGenerator forSingles = new TorchGenerator(seed);
            TorchGenerator forDoubles = new TorchGenerator(seed);
            for (int i = 0; i < UNIFORMS; i++) {
                assertThat(forSingles.nextUniform()).isEqualTo(singles.getFloat());
                assertThat(forDoubles.nextUniformDouble()).isEqualTo(doubles.getDouble());
            }
        }
        assertThat(singles.hasRemaining() || doubles.hasRemaining()).isFalse();
    }

    private static int ulps(float one, float other) {
        return Math.abs(Float.floatToIntBits(one) - Float.floatToIntBits(other));
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
