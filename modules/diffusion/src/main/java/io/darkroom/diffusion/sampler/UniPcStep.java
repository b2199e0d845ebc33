package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * The coefficients of one UniPC step (arXiv:2302.04867, theorem 3.1 and appendix E): the
 * first-order part, and the weights that solve {@code R(h) * rho * B(h) = phi(h)}.
 */
final class UniPcStep {
    private final NoiseLevel from;
    private final NoiseLevel to;
    private final boolean data;

    /** The signed step in lambda that the phi functions take. */
    private final float hh;

    private final float bh;

    /**
     * Where the earlier outputs lie, in units of the step; the last entry is the step's own end, 1.
     */
    private final float[] ratios;

    private UniPcStep(NoiseLevel from, NoiseLevel to, float[] earlierLambdas, boolean data, boolean bh1) {
        this.from = from;
        this.to = to;
        this.data = data;
        float h = to.lambda() - from.lambda();
        this.hh = data ? -h : h;
        this.bh = bh1 ? hh : expm1(hh);
        this.ratios = new float[earlierLambdas.length + 1];
        for (int i = 0; i < earlierLambdas.length; i++) {
            ratios[i] = (earlierLambdas[i] - from.lambda()) / h;
        }
        ratios[earlierLambdas.length] = 1;
    }

    static UniPcStep between(float fromRatio, float toRatio, float[] earlierLambdas, boolean data, boolean bh1) {
        return new UniPcStep(NoiseLevel.ofRatio(fromRatio), NoiseLevel.ofRatio(toRatio), earlierLambdas, data, bh1);
    }

    Tensor firstOrder(Tensor sample, Tensor output) {
        return data
                ? sample.times(to.sigma() / from.sigma()).minus(output.times(to.alpha() * expm1(hh)))
                : sample.times(to.alpha() / from.alpha()).minus(output.times(to.sigma() * expm1(hh)));
    }

    /** What the sum of weighted differences is multiplied with. */
    float scale() {
        return (data ? to.alpha() : to.sigma()) * bh;
    }

    float ratio(int earlier) {
        return ratios[earlier];
    }

    /** Weights of the earlier outputs. */
    float[] predictorWeights() {
        return solved(ratios.length - 1);
    }

    /** Weights of the earlier outputs and, last, of the one at the step's end. */
    float[] correctorWeights() {
        return solved(ratios.length);
    }

    private float[] solved(int size) {
        double[][] matrix = new double[size][size + 1];
        float phi = expm1(hh) / hh - 1.0f;
        int factorial = 1;
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                matrix[row][column] = (float) Math.pow(ratios[column], row);
            }
            matrix[row][size] = phi * factorial / bh;
            factorial *= row + 2;
            phi = phi / hh - (float) (1.0 / factorial);
        }
        return eliminated(matrix);
    }

    /** Gauss's elimination with pivots, on a matrix with the right-hand side as its last column. */
    private static float[] eliminated(double[][] matrix) {
        int size = matrix.length;
        for (int pivot = 0; pivot < size; pivot++) {
            int best = pivot;
            for (int row = pivot + 1; row < size; row++) {
                if (Math.abs(matrix[row][pivot]) > Math.abs(matrix[best][pivot])) {
                    best = row;
                }
            }
            double[] swapped = matrix[pivot];
            matrix[pivot] = matrix[best];
            matrix[best] = swapped;
            for (int row = pivot + 1; row < size; row++) {
                double factor = matrix[row][pivot] / matrix[pivot][pivot];
                for (int column = pivot; column <= size; column++) {
                    matrix[row][column] -= factor * matrix[pivot][column];
                }
            }
        }
        float[] solution = new float[size];
        for (int row = size - 1; row >= 0; row--) {
            double sum = matrix[row][size];
            for (int column = row + 1; column < size; column++) {
                sum -= matrix[row][column] * solution[column];
            }
            solution[row] = (float) (sum / matrix[row][row]);
        }
        return solution;
    }

    private static float expm1(float value) {
        return (float) Math.expm1(value);
    }
}
