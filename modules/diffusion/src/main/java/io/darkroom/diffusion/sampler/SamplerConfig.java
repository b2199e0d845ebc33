package io.darkroom.diffusion.sampler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A sampler's class and options, as in a checkpoint's {@code scheduler_config.json}.
 *
 * <p>It keeps the JSON's own entries apart from defaults, because that is what diffusers carries
 * over when a pipeline's scheduler is swapped: {@code X.from_config(config)} takes the entries that
 * X knows, and X's defaults for the rest.
 */
public final class SamplerConfig {
    private static final String CLASS_NAME = "_class_name";

    private final SamplerKind kind;

    /** What the JSON says, whether this class knows it or not. */
    private final Map<String, Object> given;

    /** A value for each option of the class that has one. */
    private final Map<String, Object> values;

    private SamplerConfig(SamplerKind kind, Map<String, Object> given, Map<String, Object> values) {
        this.kind = kind;
        this.given = Map.copyOf(given);
        this.values = Map.copyOf(values);
    }

    /**
     * Reads a parsed {@code scheduler_config.json}. Entries unknown to the class are kept for a
     * later swap and otherwise ignored, as diffusers does.
     *
     * @throws SamplerOptionException if the class is not supported or an entry has a value that it
     *     cannot take
     */
    public static SamplerConfig of(Map<String, Object> json) {
        if (!(json.get(CLASS_NAME) instanceof String className)) {
            throw new SamplerOptionException(
                    CLASS_NAME, "missing, it must be one of " + String.join(", ", Samplers.supported()));
        }
        return read(Samplers.kind(CLASS_NAME, className), json);
    }

    /**
     * The configuration of {@code X.from_config(thisConfig, **options)}.
     *
     * @param className diffusers' class name
     * @param options by diffusers' names, over what the checkpoint says
     * @throws SamplerOptionException if the class is not supported, does not know an option, or
     *     cannot take its value
     */
    public SamplerConfig withOverrides(String className, Map<String, Object> options) {
        SamplerKind swapped = Samplers.kind("scheduler", className);
        Map<String, Object> merged = new HashMap<>(given);
        options.forEach((name, value) -> {
            if (!swapped.options().containsKey(name)) {
                throw new SamplerOptionException(
                        name,
                        className
                                + " has no such option; it has "
                                + String.join(", ", new TreeMap<>(swapped.options()).keySet()));
            }
            merged.put(name, value);
        });
        return read(swapped, merged);
    }

    /**
     * What a run is given that asks for another class, other options, both or neither.
     *
     * @param className empty: this one
     * @throws SamplerOptionException as {@link #withOverrides}
     */
    public SamplerConfig chosen(Optional<String> className, Map<String, Object> options) {
        return className.isEmpty() && options.isEmpty() ? this : withOverrides(className.orElse(className()), options);
    }

    /**
     * Whether making a sampler of it takes noticeable time for many steps: quantiles of the beta distribution are searched for, one
     * for each step, which is a millisecond or two.
     */
    public boolean searchesForSigmas() {
        return isOn("use_beta_sigmas");
    }

    /** The entries that were given, and the class: {@link #of} makes the same configuration of them. */
    public Map<String, Object> json() {
        Map<String, Object> json = new TreeMap<>(given);
        json.put(CLASS_NAME, className());
        return json;
    }

    /**
     * The configuration as Stable Diffusion's text-to-image and image-to-image pipelines use it
     * when they load a checkpoint: {@code steps_offset} 1 and {@code clip_sample} false, where the
     * class has them. A sampler that is swapped in later takes these only for entries that the JSON
     * had.
     */
    public SamplerConfig asLoadedByStableDiffusion() {
        return forced("steps_offset", 1).forced("clip_sample", false);
    }

    /**
     * The same for Stable Diffusion's inpainting pipeline, which corrects other entries: {@code steps_offset} 1 and {@code
     * skip_prk_steps} true.
     */
    public SamplerConfig asLoadedForInpainting() {
        return forced("steps_offset", 1).forced("skip_prk_steps", true);
    }

    public String className() {
        return kind.className();
    }

    SamplerKind kind() {
        return kind;
    }

    /** The checkpoint's own training steps; 1000 for all well-known models. */
    public int trainTimesteps() {
        return whole("num_train_timesteps");
    }

    boolean flag(String option) {
        return (Boolean) value(option);
    }

    /** Whether the class has this flag and it is set. */
    boolean isOn(String option) {
        return has(option) && flag(option);
    }

    int whole(String option) {
        return (Integer) value(option);
    }

    double number(String option) {
        return (Double) value(option);
    }

    String choice(String option) {
        return (String) value(option);
    }

    OptionalDouble optionalNumber(String option) {
        Object value = values.get(option);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
    }

    /**
     * A number that the JSON has, whether this class declares it or not. diffusers keeps entries of
     * another class in a swapped configuration, and some samplers look at them.
     */
    OptionalDouble carried(String option) {
        Object entry = given.get(option);
        return entry instanceof Number number ? OptionalDouble.of(number.doubleValue()) : OptionalDouble.empty();
    }

    /** The same configuration without some numbers that {@link #carried} would find. */
    SamplerConfig dropping(String... options) {
        Map<String, Object> kept = new HashMap<>(given);
        kept.keySet().removeAll(List.of(options));
        return new SamplerConfig(kind, kept, values);
    }

    @SuppressWarnings("unchecked")
    Optional<List<Float>> numbers(String option) {
        return Optional.ofNullable((List<Float>) values.get(option));
    }

    /** Whether the class has this option at all. */
    boolean has(String option) {
        return kind.options().containsKey(option);
    }

    private Object value(String option) {
        Object value = values.get(option);
        if (value == null) {
            throw new IllegalStateException(className() + " reads " + option + ", which it does not declare");
        }
        return value;
    }

    private SamplerConfig forced(String option, Object value) {
        Map<String, Object> changedValues = new HashMap<>(values);
        changedValues.computeIfPresent(option, (name, old) -> value);
        Map<String, Object> changedGiven = new HashMap<>(given);
        changedGiven.computeIfPresent(option, (name, old) -> value);
        return new SamplerConfig(kind, changedGiven, changedValues);
    }

    private static SamplerConfig read(SamplerKind kind, Map<String, Object> json) {
        Map<String, Object> given = new HashMap<>();
        json.forEach((name, value) -> {
            // null in JSON is Python's None: a flag is off, any other option is left unset
            Object read = value == null && kind.isFlag(name) ? Boolean.FALSE : value;
            if (read != null && !name.startsWith("_")) {
                given.put(name, read);
            }
        });
        Map<String, Object> values = new HashMap<>();
        for (SamplerOption option : kind.options().values()) {
            Object entry = given.get(option.name());
            if (entry != null) {
                values.put(option.name(), option.read(entry));
            } else {
                option.fallback().ifPresent(fallback -> values.put(option.name(), fallback));
            }
        }
        return new SamplerConfig(kind, given, values);
    }
}
