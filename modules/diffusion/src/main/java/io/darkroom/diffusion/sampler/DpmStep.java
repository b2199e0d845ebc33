package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * The exponential-integrator updates of DPM-Solver from one noise level to the next, in half log
 * signal-to-noise ratio ({@code lambda}): arXiv:2211.01095, appendix B (data), arXiv:2206.00927,
 * appendix D (noise).
 *
 * <p>Written with the reference's order of operations; {@code h} is the step in lambda and is
 * infinite when the step ends at no noise.
 */
final class DpmStep {
    private final DpmAlgorithm algorithm;
    private final NoiseLevel from;
    private final NoiseLevel to;
    private final float fromLambda;
    private final float h;

    private DpmStep(DpmAlgorithm algorithm, NoiseLevel from, NoiseLevel to) {
        this.algorithm = algorithm;
        this.from = from;
        this.to = to;
        this.fromLambda = from.lambda();
        this.h = to.lambda() - fromLambda;
    }

    static DpmStep between(float fromRatio, float toRatio, DpmAlgorithm algorithm) {
        return new DpmStep(algorithm, NoiseLevel.ofRatio(fromRatio), NoiseLevel.ofRatio(toRatio));
    }

    Tensor firstOrder(Tensor sample, Tensor m0) {
        return scaled(sample).plus(m0.times(outputFactor()));
    }

    /**
     * @param m0 converted output at the start of this step
     * @param m1 converted output one step earlier
     * @param lambda1 lambda of {@code m1}
     */
    Tensor secondOrder(Tensor sample, Tensor m0, Tensor m1, float lambda1, boolean heun) {
        float r0 = (fromLambda - lambda1) / h;
        Tensor slope = m0.minus(m1).times(1.0f / r0);
        float slopeFactor = heun ? heunFactor() : 0.5f * outputFactor();
        return scaled(sample).plus(m0.times(outputFactor())).plus(slope.times(slopeFactor));
    }

    /** As {@link #secondOrder} in Heun's form, with the curvature from one more output. */
    Tensor thirdOrder(Tensor sample, Tensor m0, Tensor m1, Tensor m2, float lambda1, float lambda2) {
        float r0 = (fromLambda - lambda1) / h;
        float r1 = (lambda1 - lambda2) / h;
        Tensor slope0 = m0.minus(m1).times(1.0f / r0);
        Tensor slope1 = m1.minus(m2).times(1.0f / r1);
        Tensor change = slope0.minus(slope1);
        Tensor slope = slope0.plus(change.times(r0 / (r0 + r1)));
        Tensor curvature = change.times(1.0f / (r0 + r1));
        return scaled(sample)
                .plus(m0.times(outputFactor()))
                .plus(slope.times(heunFactor()))
                .plus(curvature.times(curvatureFactor()));
    }

    /**
     * The singlestep form of the third order: the slope and curvature at the step's begin, from two
     * outputs further on.
     *
     * @param m0 converted output at the start of this step
     * @param m1 converted output a third on, at {@code lambda1}
     * @param m2 converted output two thirds on, at {@code lambda2}
     */
    Tensor thirdOrderAhead(Tensor sample, Tensor m0, Tensor m1, Tensor m2, float lambda1, float lambda2) {
        float r1 = (lambda1 - fromLambda) / h;
        float r2 = (lambda2 - fromLambda) / h;
        Tensor slope1 = m1.minus(m0).times(1.0f / r1);
        Tensor slope2 = m2.minus(m0).times(1.0f / r2);
        Tensor slope = slope1.times(r2).minus(slope2.times(r1)).dividedBy(r2 - r1);
        Tensor curvature = slope2.minus(slope1).times(2.0f).dividedBy(r2 - r1);
        return scaled(sample)
                .plus(m0.times(outputFactor()))
                .plus(slope.times(heunFactor()))
                .plus(curvature.times(curvatureFactor()));
    }

    /** The standard deviation of the noise that the stochastic forms add in this step. */
    float noiseScale() {
        return switch (algorithm) {
            case SDE_DATA -> to.sigma() * Float32.sqrt(1.0f - Float32.exp(-2.0f * h));
            case SDE_NOISE -> to.sigma() * Float32.sqrt(Float32.exp(2.0f * h) - 1.0f);
            case DATA, NOISE -> 0;
        };
    }

    private Tensor scaled(Tensor sample) {
        return switch (algorithm) {
            case DATA -> sample.times(to.sigma() / from.sigma());
            case SDE_DATA -> sample.times(to.sigma() / from.sigma() * Float32.exp(-h));
            case NOISE, SDE_NOISE -> sample.times(to.alpha() / from.alpha());
        };
    }

    private float outputFactor() {
        return switch (algorithm) {
            case DATA -> -(to.alpha() * (Float32.exp(-h) - 1.0f));
            case SDE_DATA -> to.alpha() * (1.0f - Float32.exp(-2.0f * h));
            case NOISE -> -(to.sigma() * (Float32.exp(h) - 1.0f));
            case SDE_NOISE -> -2.0f * (to.sigma() * (Float32.exp(h) - 1.0f));
        };
    }

    private float heunFactor() {
        return switch (algorithm) {
            case DATA -> to.alpha() * ((Float32.exp(-h) - 1.0f) / h + 1.0f);
            case SDE_DATA -> to.alpha() * ((1.0f - Float32.exp(-2.0f * h)) / (-2.0f * h) + 1.0f);
            case NOISE -> -(to.sigma() * ((Float32.exp(h) - 1.0f) / h - 1.0f));
            case SDE_NOISE -> -2.0f * (to.sigma() * ((Float32.exp(h) - 1.0f) / h - 1.0f));
        };
    }

    private float curvatureFactor() {
        return switch (algorithm) {
            case DATA -> -(to.alpha() * ((Float32.exp(-h) - 1.0f + h) / (h * h) - 0.5f));
            case NOISE -> -(to.sigma() * ((Float32.exp(h) - 1.0f - h) / (h * h) - 0.5f));
            case SDE_DATA -> {
                float twice = 2.0f * h;
                yield to.alpha() * ((1.0f - Float32.exp(-2.0f * h) - twice) / (twice * twice) - 0.5f);
            }
            case SDE_NOISE -> throw new IllegalStateException("third order is not defined for sde-dpmsolver");
        };
    }
}
