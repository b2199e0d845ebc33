package io.darkroom.diffusion.random;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.OptionalDouble;

/**
 * Draws the numbers that {@code torch.Generator("cpu").manual_seed(seed)} draws.
 *
 * <p>Only the low 32 bits of the seed count, as in torch. A draw changes the generator, so the
 * order of draws is part of a picture's definition. Not safe for use by several threads.
 */
public final class TorchGenerator {
    /**
     * From this many values on, torch fills the whole tensor with uniforms and transforms it 16 at
     * a time.
     */
    private static final int BLOCK = 16;

    private static final int FLOAT_BITS = (1 << 24) - 1;
    private static final float FLOAT_UNIT = 1.0f / (1 << 24);
    private static final long DOUBLE_BITS = (1L << 53) - 1;
    private static final double DOUBLE_UNIT = 1.0 / (1L << 53);

    private final Mt19937 bits;

    /**
     * The sine of the last pair of a small draw, kept for the next one; a large draw in between
     * leaves it.
     */
    private OptionalDouble spareNormal = OptionalDouble.empty();

    public TorchGenerator(long seed) {
        bits = new Mt19937((int) seed);
    }

    /**
     * Independent standard normal values in float32, as {@code torch.randn(shape, generator=...)}
     * on the CPU.
     */
    public Tensor randn(int... shape) {
        Tensor drawn = Tensor.zeros(shape);
        if (drawn.size() < BLOCK) {
            fillOneByOne(drawn.data());
        } else {
            fillInBlocks(drawn.data());
        }
        return drawn;
    }

    private void fillInBlocks(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = nextUniform();
        }
        for (int i = 0; i + BLOCK <= values.length; i += BLOCK) {
            BoxMuller.transform(values, i);
        }
        if (values.length % BLOCK != 0) {
            // torch draws the last 16 anew, over values that the loop above has finished already
            int last = values.length - BLOCK;
            for (int i = last; i < values.length; i++) {
                values[i] = nextUniform();
            }
            BoxMuller.transform(values, last);
        }
    }

    private void fillOneByOne(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) nextNormal();
        }
    }

    private double nextNormal() {
        if (spareNormal.isPresent()) {
            double spare = spareNormal.getAsDouble();
            spareNormal = OptionalDouble.empty();
            return spare;
        }
        double angle = 2.0 * Math.PI * nextUniformDouble();
        double radius = Math.sqrt(-2.0 * Math.log1p(-nextUniformDouble()));
        spareNormal = OptionalDouble.of(radius * Math.sin(angle));
        return radius * Math.cos(angle);
    }

    /** In [0, 1), as {@code torch.rand} draws float32. */
    float nextUniform() {
        return (bits.nextWord() & FLOAT_BITS) * FLOAT_UNIT;
    }

    /** In [0, 1), as {@code torch.rand} draws float64. */
    double nextUniformDouble() {
        long high = bits.nextWord() & 0xffffffffL;
        long low = bits.nextWord() & 0xffffffffL;
        return ((high << 32 | low) & DOUBLE_BITS) * DOUBLE_UNIT;
    }
}
