package io.darkroom.diffusion.sampler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sampler by diffusers' class name, with the options that diffusers' constructor takes and its
 * defaults.
 *
 * <p>Each sampler's file declares its own kind; {@link Samplers} lists them.
 */
final class SamplerKind {
    private static final List<String> SPACINGS = List.of("linspace", "leading", "trailing");
    private static final List<String> FIXED_VARIANCES =
            List.of("fixed_small", "fixed_small_log", "fixed_large", "fixed_large_log");
    private static final double LARGEST = Float.MAX_VALUE;

    private final String className;
    private final Constructor constructor;
    private final Map<String, SamplerOption> options = new LinkedHashMap<>();

    private SamplerKind(String className, Constructor constructor) {
        this.className = className;
        this.constructor = constructor;
    }

    /** Makes a sampler for a checked configuration. */
    @FunctionalInterface
    interface Constructor {
        Sampler create(SamplerConfig config, SamplerRun run);
    }

    static SamplerKind named(String className, Constructor constructor) {
        return new SamplerKind(className, constructor);
    }

    String className() {
        return className;
    }

    Map<String, SamplerOption> options() {
        return Map.copyOf(options);
    }

    boolean isFlag(String option) {
        return options.containsKey(option) && options.get(option).domain() instanceof SamplerOption.Flag;
    }

    Sampler create(SamplerConfig config, SamplerRun run) {
        return constructor.create(config, run);
    }

    /**
     * The betas of training: {@code num_train_timesteps}, {@code beta_start}, {@code beta_end}, ...
     */
    SamplerKind trainedOn(String betaSchedule, double betaStart, double betaEnd) {
        return whole("num_train_timesteps", 1000, 1, 100_000)
                .number("beta_start", betaStart, 0, 1)
                .number("beta_end", betaEnd, 0, 1)
                .choice("beta_schedule", betaSchedule, List.of("linear", "scaled_linear", "squaredcos_cap_v2"))
                .add("trained_betas", new SamplerOption.Numbers(), Optional.empty());
    }

    SamplerKind predicting(String... types) {
        return choice("prediction_type", "epsilon", List.of(types));
    }

    SamplerKind spacedBy(String timestepSpacing) {
        return choice("timestep_spacing", timestepSpacing, SPACINGS).whole("steps_offset", 0, 0, 100_000);
    }

    /** {@code use_karras_sigmas}, {@code use_exponential_sigmas}, {@code use_beta_sigmas}. */
    SamplerKind reshapingSigmas() {
        return flag("use_karras_sigmas", false)
                .flag("use_exponential_sigmas", false)
                .flag("use_beta_sigmas", false);
    }

    /** Static and dynamic thresholding of the predicted clean sample. */
    SamplerKind thresholding() {
        return flag("thresholding", false)
                .number("dynamic_thresholding_ratio", 0.995, 0, 1)
                .number("sample_max_value", 1.0, 0, LARGEST);
    }

    SamplerKind clipping(boolean byDefault) {
        return flag("clip_sample", byDefault).number("clip_sample_range", 1.0, 0, LARGEST);
    }

    SamplerKind flag(String name, boolean fallback) {
        return add(name, new SamplerOption.Flag(), Optional.of(fallback));
    }

    SamplerKind whole(String name, int fallback, int least, int most) {
        return add(name, new SamplerOption.WholeNumber(least, most), Optional.of(fallback));
    }

    SamplerKind number(String name, double fallback, double least, double most) {
        return add(name, new SamplerOption.RealNumber(least, most), Optional.of(fallback));
    }

    SamplerKind optionalNumber(String name, double least, double most) {
        return add(name, new SamplerOption.RealNumber(least, most), Optional.empty());
    }

    SamplerKind choice(String name, String fallback, List<String> names) {
        return add(name, new SamplerOption.Choice(names), Optional.of(fallback));
    }

    /** The options of flow matching, which are not built here. */
    SamplerKind withoutFlow() {
        return onlyDefault("use_flow_sigmas", false)
                .onlyDefault("flow_shift", 1.0)
                .onlyDefault("use_dynamic_shifting", false)
                .onlyDefault("time_shift_type", "exponential");
    }

    SamplerKind numbers(String name, List<Float> fallback) {
        return add(name, new SamplerOption.Numbers(), Optional.of(fallback));
    }

    /**
     * The variance that DDPM uses; the DPM family takes the option along and ignores it unless it
     * is learned.
     */
    SamplerKind ignoringVariance() {
        return add("variance_type", new SamplerOption.Choice(FIXED_VARIANCES), Optional.empty());
    }

    /**
     * Other samplers' names for a choice, and what this sampler takes them for when it is swapped
     * in.
     */
    SamplerKind read(String name, Map<String, String> foreign) {
        SamplerOption option = options.get(name);
        SamplerOption.Choice choice = (SamplerOption.Choice) option.domain();
        return add(name, new SamplerOption.TranslatedChoice(choice, foreign), option.fallback());
    }

    /** Names an option of diffusers that is accepted at its default and refused otherwise. */
    SamplerKind onlyDefault(String name, Object fallback) {
        return add(name, new SamplerOption.OnlyDefault(fallback), Optional.of(fallback));
    }

    private SamplerKind add(String name, SamplerOption.Domain domain, Optional<Object> fallback) {
        options.put(name, new SamplerOption(name, domain, fallback));
        return this;
    }
}
