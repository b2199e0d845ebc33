package io.darkroom.diffusion.sampler;

/**
 * A sampler was asked for with an option that it does not have, or a value that the option cannot
 * take.
 */
public final class SamplerOptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String option;

    /**
     * @param option the option's name as in {@code scheduler_config.json}
     * @param problem what is wrong and what would be right
     */
    public SamplerOptionException(String option, String problem) {
        super(option + ": " + problem);
        this.option = option;
    }

    /** The option's name as in {@code scheduler_config.json}. */
    public String option() {
        return option;
    }
}
