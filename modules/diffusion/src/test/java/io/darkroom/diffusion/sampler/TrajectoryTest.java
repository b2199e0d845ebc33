package io.darkroom.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.diffusion.GoldenData;
import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.random.TorchGenerator;
import io.darkroom.diffusion.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every sampler, in many configurations, gives the latents that diffusers gave after every step.
 */
class TrajectoryTest {
    private static final int[] SHAPE = {2, 4, 3, 1};
    private static final int VALUES = 24;
    private static final int OUTPUTS = 8;

    /**
     * Relative to the largest latent so far, at least 1: a run that starts at sigma 14 rounds at
     * that scale.
     */
    private static final double TOLERANCE = 1e-5;

    /**
     * Random configurations include ones in which the reference's own coefficients nearly cancel.
     */
    private static final double RANDOM_TOLERANCE = 3e-4;

    private static final SamplerConfig STABLE_DIFFUSION = SamplerConfig.of(Map.of(
            "_class_name",
            "PNDMScheduler",
            "beta_end",
            0.012,
            "beta_schedule",
            "scaled_linear",
            "beta_start",
            0.00085,
            "skip_prk_steps",
            true,
            "steps_offset",
            1));

    private static final float[] MODEL = GoldenData.floats(TrajectoryTest.class, "model.f32");

    static List<String> samplers() {
        return Samplers.supported().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void matchesDiffusersAfterEveryStep(String className) {
        JsonNode cases = GoldenData.json(getClass(), className + ".json");
        float[] golden = GoldenData.floats(getClass(), className + ".f32");
        compare(className, cases, golden, golds -> tolerance(className, golds));
    }

    /** By hand, with what {@code modules/models/golden/random_configurations.py} wrote. */
    @ParameterizedTest
    @MethodSource("samplers")
    @EnabledIfSystemProperty(named = "trajectories", matches = ".+")
    void matchesDiffusersInConfigurationsDrawnAtRandom(String className) {
        Path folder = Path.of(System.getProperty("trajectories"));
        JsonNode cases = GoldenData.json(folder.resolve(className + ".json"));
        compare(className, cases, GoldenData.floats(folder.resolve(className + ".f32")), golds -> RANDOM_TOLERANCE);
    }

    /** Inpainting keeps what is outside the mask by noising the original anew before every call. */
    @ParameterizedTest
    @MethodSource("samplers")
    void noisesTheOriginalBetweenStepsAsDiffusersDoes(String className) {
        float[] golden = GoldenData.floats(getClass(), className + ".noised.f32");
        SamplerConfig config = className.equals("UnCLIPScheduler")
                ? SamplerConfig.of(Map.of("_class_name", className))
                : STABLE_DIFFUSION.withOverrides(className, Map.of());
        Sampler sampler = Samplers.create(config, 6);
        sampler.startingAt(2 * sampler.order());
        NoiseSource noise = NoiseSource.single(new TorchGenerator(0));
        Tensor sample = modelTensor(5);
        for (int call = 0; call < golden.length / VALUES; call++) {
            Tensor noised = sampler.addNoise(modelTensor(OUTPUTS), modelTensor(6));
            assertThat(difference(noised, golden, call * VALUES) / Math.max(1, largest(noised)))
                    .as("before call %d", call)
                    .isLessThanOrEqualTo(TOLERANCE);
            sample = sampler.step(modelTensor(0), sampler.scaleModelInput(sample), noise);
        }
        assertThat(sampler.done()).isTrue();
    }

    private void compare(String className, JsonNode golden, float[] values, ToDoubleFunction<JsonNode> tolerance) {
        double worst = 0;
        String worstCase = "";
        List<String> failures = new ArrayList<>();
        int cases = 0;
        for (JsonNode golds : golden) {
            double difference = worstDifference(className, golds, values);
            cases++;
            if (difference > worst) {
                worst = difference;
                worstCase = named(golds);
            }
            if (!(difference <= tolerance.applyAsDouble(golds))) {
                failures.add(difference + " in " + named(golds));
            }
        }
        System.out.printf("%-34s %4d runs, worst difference %.1e in %s%n", className, cases, worst, worstCase);
        assertThat(failures).isEmpty();
    }

    private static double worstDifference(String className, JsonNode golds, float[] golden) {
        Sampler sampler = create(className, golds);
        NoiseSource noise = noise(golds);
        Tensor drawn = noise.draw(SHAPE);
        int first = golds.get("first_step").asInt();
        Tensor sample;
        if (first > 0) {
            sampler.startingAt(first * sampler.order());
            sample = sampler.addNoise(modelTensor(OUTPUTS), drawn);
        } else {
            sample = drawn.times(sampler.initNoiseSigma());
        }
        checkSchedule(sampler, golds, timestepTolerance(className));
        int at = golds.get("offset").asInt();
        double scale = 1;
        double worst = 0;
        while (true) {
            scale = Math.max(scale, largest(sample));
            worst = Math.max(worst, difference(sample, golden, at) / scale);
            at += VALUES;
            if (sampler.done()) {
                return worst;
            }
            Tensor scaled = sampler.scaleModelInput(sample);
            Tensor output = modelTensor(sampler.position() % OUTPUTS).plus(scaled.times(0.1f));
            sample = sampler.step(
                    sampler.takesVariance() ? withVariance(output, sampler, golds) : output, sample, noise);
        }
    }

    /** The output with a made-up variance in as many channels again. */
    private static Tensor withVariance(Tensor output, Sampler sampler, JsonNode golds) {
        Tensor entry = modelTensor((sampler.position() + 3) % OUTPUTS);
        boolean squared = golds.get("options").path("variance_type").asText().equals("learned");
        Tensor variance = squared ? entry.map(Math::abs) : entry;
        float[] values = new float[2 * VALUES];
        int half = VALUES / SHAPE[0];
        for (int row = 0; row < SHAPE[0]; row++) {
            System.arraycopy(output.row(row).data(), 0, values, 2 * row * half, half);
            System.arraycopy(variance.row(row).data(), 0, values, (2 * row + 1) * half, half);
        }
        return Tensor.of(values, SHAPE[0], 2 * SHAPE[1], SHAPE[2], SHAPE[3]);
    }

    private static Sampler create(String className, JsonNode golds) {
        ObjectMapper mapper = new ObjectMapper();
        @SuppressWarnings("unchecked")
        Map<String, Object> config = mapper.convertValue(golds.get("config"), Map.class);
        @SuppressWarnings("unchecked")
        Map<String, Object> options = mapper.convertValue(golds.get("options"), Map.class);
        SamplerRun run =
                new SamplerRun(golds.get("steps").asInt(), golds.get("eta").asDouble(), 1.0);
        return Samplers.create(SamplerConfig.of(config).withOverrides(className, options), run);
    }

    private static NoiseSource noise(JsonNode golds) {
        long[] seeds = StreamSupport.stream(golds.get("seeds").spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
        return golds.get("per_row").asBoolean()
                ? NoiseSource.perRow(
                        LongStream.of(seeds).mapToObj(TorchGenerator::new).toList())
                : NoiseSource.single(new TorchGenerator(seeds[0]));
    }

    private static void checkSchedule(Sampler sampler, JsonNode golds, double timestepTolerance) {
        float[] timesteps = sampler.timesteps();
        JsonNode expected = golds.get("timesteps");
        assertThat(timesteps).as(named(golds)).hasSize(expected.size()).hasSize(sampler.calls());
        for (int i = 0; i < timesteps.length; i++) {
            assertThat((double) timesteps[i])
                    .as("timestep %d of %s", i, named(golds))
                    .isCloseTo(expected.get(i).asDouble(), within(timestepTolerance));
        }
        double scale = golds.get("init_noise_sigma").asDouble();
        assertThat((double) sampler.initNoiseSigma()).as(named(golds)).isCloseTo(scale, within(1e-6 * scale));
    }

    /** Looser where the reference's own float32 coefficients are differences that nearly cancel. */
    private static double tolerance(String className, JsonNode golds) {
        boolean fromNoiseToNothing =
                className.startsWith("KDPM2Ancestral") && golds.get("steps").asInt() == 2;
        if (fromNoiseToNothing) {
            return 3e-4;
        }
        return className.startsWith("DEIS") ? 5e-5 : TOLERANCE;
    }

    /**
     * The middles of KDPM2's ancestral steps are square roots of float32 differences that nearly
     * cancel, so an ulp in a sigma shows in their timesteps, which are about 0 there.
     */
    private static double timestepTolerance(String className) {
        return className.startsWith("KDPM2Ancestral") ? 2e-2 : 2e-3;
    }

    private static String named(JsonNode golds) {
        return golds.get("options")
                + " steps "
                + golds.get("steps")
                + " from "
                + golds.get("first_step")
                + " seeds "
                + golds.get("seeds")
                + " of "
                + golds.get("config").get("_class_name").asText();
    }

    private static Tensor modelTensor(int index) {
        return Tensor.of(Arrays.copyOfRange(MODEL, index * VALUES, (index + 1) * VALUES), SHAPE);
    }

    private static double largest(Tensor sample) {
        double largest = 0;
        for (float value : sample.data()) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static double difference(Tensor sample, float[] golden, int from) {
        double worst = 0;
        for (int i = 0; i < VALUES; i++) {
            double difference = Math.abs((double) sample.data()[i] - golden[from + i]);
            // a NaN is further off than anything
            worst = difference >= 0 ? Math.max(worst, difference) : Double.POSITIVE_INFINITY;
        }
        return worst;
    }
}
