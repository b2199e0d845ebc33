package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Linear multistep (Adams-Bashforth) with uneven steps in sigma, order 4, after Crowson's
 * k-diffusion; the coefficients are integrals of Lagrange's polynomials over the step.
 *
 * <p>The order grows with the index in the full grid. An image-to-image run begins inside it, so
 * its first steps use the weights of the full order with the derivatives there are. diffusers:
 * {@code LMSDiscreteScheduler}.
 */
final class LmsSampler extends SigmaSampler {
    static final SamplerKind KIND = SamplerKind.named("LMSDiscreteScheduler", LmsSampler::of)
            .trainedOn("linear", 0.0001, 0.02)
            .reshapingSigmas()
            .predicting("epsilon", "sample", "v_prediction")
            .spacedBy("linspace");

    private static final int ORDER = 4;

    private final Prediction prediction;

    /** Oldest first. */
    private final List<Tensor> derivatives = new ArrayList<>();

    private LmsSampler(SamplerConfig config, float[] timesteps, float[] sigmas) {
        super(config, timesteps, sigmas);
        this.prediction = Prediction.of(config);
    }

    private static LmsSampler of(SamplerConfig config, SamplerRun run) {
        // unlike the others, and unlike its own other shapes, its Karras levels know no such limits
        boolean limited = !config.flag("use_karras_sigmas");
        SigmaSchedule schedule =
                SigmaSchedule.of(limited ? config : config.dropping("sigma_min", "sigma_max"), run.numInferenceSteps());
        return new LmsSampler(
                config, TimestepGrid.toFloat(schedule.timesteps()), Sigmas.endingAt(schedule.sigmas(), 0));
    }

    @Override
    Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise) {
        float sigma = sigmas[index];
        Tensor clean = prediction.cleanAtSigma(modelOutput, sample, sigma);
        if (derivatives.size() == ORDER) {
            derivatives.removeFirst();
        }
        derivatives.add(sample.minus(clean).dividedBy(sigma));
        int order = Math.min(index + 1, ORDER);
        Tensor change = Tensor.zeros(sample.shape());
        for (int i = 0; i < Math.min(order, derivatives.size()); i++) {
            Tensor derivative = derivatives.get(derivatives.size() - 1 - i);
            change = change.plus(derivative.times((float) weight(order, index, i)));
        }
        return sample.plus(change);
    }

    /**
     * The integral over this step of the polynomial that is 1 at level {@code index - which} and 0
     * at the others.
     */
    private double weight(int order, int index, int which) {
        double[] polynomial = {1};
        double scale = 1;
        for (int k = 0; k < order; k++) {
            if (k != which) {
                polynomial = timesRoot(polynomial, sigmas[index - k]);
                scale *= (double) sigmas[index - which] - sigmas[index - k];
            }
        }
        return (integral(polynomial, sigmas[index + 1]) - integral(polynomial, sigmas[index])) / scale;
    }

    /** Multiplies by {@code x - root}; coefficients from the constant up. */
    private static double[] timesRoot(double[] polynomial, double root) {
        double[] product = new double[polynomial.length + 1];
        for (int i = 0; i < polynomial.length; i++) {
            product[i] -= polynomial[i] * root;
            product[i + 1] += polynomial[i];
        }
        return product;
    }

    private static double integral(double[] polynomial, double upTo) {
        double sum = 0;
        for (int i = polynomial.length - 1; i >= 0; i--) {
            sum = (sum + polynomial[i] / (i + 1)) * upTo;
        }
        return sum;
    }
}
