package io.darkroom.diffusion.sampler;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.Arrays;

/**
 * The bookkeeping that all samplers share: a fixed list of timesteps, and how far along it the run
 * is. The mathematics is each sampler's own.
 */
abstract class ScheduledSampler implements Sampler {
    private final float[] schedule;
    private int begin;
    private int end;
    private int index;

    ScheduledSampler(float[] schedule) {
        this.schedule = schedule;
        this.end = schedule.length;
    }

    @Override
    public final float[] timesteps() {
        return Arrays.copyOfRange(schedule, begin, end);
    }

    @Override
    public final Sampler startingAt(int firstCall) {
        if (index != begin) {
            throw new IllegalStateException("the run has begun");
        }
        if (firstCall < 0 || firstCall >= calls()) {
            throw new IllegalArgumentException("firstCall " + firstCall + " is outside 0.." + (calls() - 1));
        }
        begin += firstCall;
        index = begin;
        return this;
    }

    @Override
    public final Sampler endingAfter(int made) {
        if (index != begin) {
            throw new IllegalStateException("the run has begun");
        }
        if (made < 0 || made > calls()) {
            throw new IllegalArgumentException("made " + made + " is outside 0.." + calls());
        }
        end = begin + made;
        return this;
    }

    @Override
    public final int calls() {
        return end - begin;
    }

    @Override
    public final int position() {
        return index - begin;
    }

    @Override
    public final float currentTimestep() {
        return schedule[index()];
    }

    @Override
    public int order() {
        return 1;
    }

    @Override
    public float initNoiseSigma() {
        return 1.0f;
    }

    @Override
    public Tensor scaleModelInput(Tensor sample) {
        return sample;
    }

    @Override
    public final Tensor step(Tensor modelOutput, Tensor sample, NoiseSource noise) {
        requireOutputFor(sample, modelOutput);
        Tensor next = update(index(), modelOutput, sample, noise);
        index++;
        return next;
    }

    private void requireOutputFor(Tensor sample, Tensor modelOutput) {
        int[] expected = sample.shape();
        if (takesVariance()) {
            expected[1] *= 2;
        }
        if (!Arrays.equals(modelOutput.shape(), expected)) {
            throw new IllegalArgumentException("model output " + modelOutput + " for sample " + sample
                    + (takesVariance() ? ", it must hold a variance too" : ""));
        }
    }

    /** The update of the call at this index of the full schedule, skipped calls included. */
    abstract Tensor update(int index, Tensor modelOutput, Tensor sample, NoiseSource noise);

    /** The current index into the full schedule. */
    final int index() {
        if (done()) {
            throw new IllegalStateException("the run is done after " + calls() + " calls");
        }
        return index;
    }

    /** Index of this run's first call in the full schedule. */
    final int begin() {
        return begin;
    }

    final int scheduleLength() {
        return schedule.length;
    }

    final float timestep(int atIndex) {
        return schedule[atIndex];
    }
}
