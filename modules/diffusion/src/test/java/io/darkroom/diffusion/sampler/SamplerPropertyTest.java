package io.darkroom.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.random.TorchGenerator;
import io.darkroom.diffusion.tensor.Tensor;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SamplerPropertyTest {
    private static final SamplerConfig STABLE_DIFFUSION = SamplerConfig.of(Map.of(
            "_class_name",
            "PNDMScheduler",
            "beta_end",
            0.012,
            "beta_schedule",
            "scaled_linear",
            "beta_start",
            0.00085,
            "clip_sample",
            false,
            "num_train_timesteps",
            1000,
            "skip_prk_steps",
            true,
            "steps_offset",
            1));

    @Provide
    Arbitrary<String> deterministic() {
        return Arbitraries.of("DDIMScheduler", "EulerDiscreteScheduler", "DPMSolverMultistepScheduler");
    }

    @Provide
    Arbitrary<String> any() {
        return Arbitraries.of(Samplers.supported());
    }

    /**
     * All these are solvers of one ODE; where the noise is known exactly it leads straight back to
     * the image.
     */
    @Property(tries = 60)
    void aModelThatKnowsTheNoiseGivesTheImageBack(
            @ForAll("deterministic") String className,
            @ForAll @IntRange(min = 2, max = 40) int steps,
            @ForAll @IntRange(min = 0, max = 39) int skipped,
            @ForAll long seed) {
        TorchGenerator generator = new TorchGenerator(seed);
        Tensor original = generator.randn(1, 4, 2, 2);
        Tensor noise = generator.randn(1, 4, 2, 2);
        Sampler sampler = Samplers.create(STABLE_DIFFUSION.withOverrides(className, Map.of()), steps)
                .startingAt(skipped % steps);
        Tensor sample = sampler.addNoise(original, noise);
        while (!sampler.done()) {
            sample = sampler.step(noise, sample, NoiseSource.single(generator));
        }
        // alpha of the last timestep, 0.9991, leaves up to 0.03 of the noise where a sampler ends
        // there
        assertThat(largestDifference(sample, original)).isLessThan(0.15);
    }

    /** The batcher groups rows as it likes, so a row must not depend on its neighbours. */
    @Property(tries = 60)
    void aRowOfABatchIsWhatItWouldBeAlone(
            @ForAll("any") String className, @ForAll @IntRange(min = 4, max = 12) int steps, @ForAll int seed) {
        SamplerConfig config = swapped(className);
        Tensor together = run(Samplers.create(config, steps), List.of(seed, seed + 1, seed + 2));
        Tensor alone = run(Samplers.create(config, steps), List.of(seed + 1));
        assertThat(together.row(1).data()).isEqualTo(alone.data());
    }

    @Property(tries = 40)
    void positionsCountUpToTheCallsAndNoFurther(
            @ForAll("any") String className, @ForAll @IntRange(min = 4, max = 20) int steps) {
        Sampler sampler = Samplers.create(swapped(className), steps);
        NoiseSource noise = NoiseSource.single(new TorchGenerator(0));
        Tensor sample = noise.draw(1, 4, 2, 2);
        for (int call = 0; call < sampler.calls(); call++) {
            assertThat(sampler.position()).isEqualTo(call);
            assertThat(sampler.currentTimestep()).isEqualTo(sampler.timesteps()[call]);
            sample = sampler.step(sample, sample, noise);
        }
        Tensor last = sample;
        assertThat(sampler.done()).isTrue();
        assertThatThrownBy(() -> sampler.step(last, last, noise)).isInstanceOf(IllegalStateException.class);
    }

    /** UnCLIP knows no betas but the cosine's. */
    private static SamplerConfig swapped(String className) {
        boolean cosine = className.equals("UnCLIPScheduler");
        return STABLE_DIFFUSION.withOverrides(
                className, cosine ? Map.of("beta_schedule", "squaredcos_cap_v2") : Map.of());
    }

    private static Tensor run(Sampler sampler, List<Integer> seeds) {
        NoiseSource noise = NoiseSource.perRow(
                seeds.stream().map(seed -> new TorchGenerator(seed.longValue())).toList());
        Tensor sample = noise.draw(seeds.size(), 4, 2, 2).times(sampler.initNoiseSigma());
        while (!sampler.done()) {
            sample = sampler.step(sampler.scaleModelInput(sample).times(0.5f), sample, noise);
        }
        return sample;
    }

    private static double largestDifference(Tensor one, Tensor other) {
        double largest = 0;
        for (float difference : one.minus(other).data()) {
            largest = Math.max(largest, Math.abs(difference));
        }
        return largest;
    }
}
