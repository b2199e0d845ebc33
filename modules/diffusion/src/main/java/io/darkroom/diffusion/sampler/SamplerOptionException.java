package io.darkroom.diffusion.sampler;

import java.util.Set;

/**
 * A sampler was asked for with an option that it does not have, or a value that the option cannot
 * take.
 */
public final class SamplerOptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Names that are fields of a stage themselves. */
    private static final Set<String> STAGE_FIELDS = Set.of("scheduler", "num_inference_steps", "eta", "strength");

    private final String option;
    private final String problem;

    /**
     * @param option the option's name as in {@code scheduler_config.json}
     * @param problem what is wrong and what would be right
     */
    public SamplerOptionException(String option, String problem) {
        super(option + ": " + problem);
        this.option = option;
        this.problem = problem;
    }

    /** The option's name as in {@code scheduler_config.json}. */
    public String option() {
        return option;
    }

    /** The field of a stage that says it: its own, or one of its {@code scheduler_options}. */
    public String stageField() {
        return STAGE_FIELDS.contains(option) ? option : "scheduler_options." + option;
    }

    /** What is wrong and what would be right, without the option's name. */
    public String problem() {
        return problem;
    }
}
