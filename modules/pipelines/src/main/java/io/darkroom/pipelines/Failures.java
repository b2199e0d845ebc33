package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.SamplerOptionException;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.model.ModelException;
import java.util.Set;

/** Faults from below in the words of a stage. */
final class Failures {
    /** Names that a sampler's fault may carry and that are fields of a stage themselves. */
    private static final Set<String> STAGE_FIELDS = Set.of("scheduler", "num_inference_steps", "eta", "strength");

    private Failures() {}

    static StageException of(DeviceException fault) {
        return switch (fault.kind()) {
            case RESOURCES ->
                new StageException(
                        StageException.Kind.RESOURCES,
                        "the device has too little memory for this stage; smaller or fewer pictures need less ("
                                + fault.getMessage()
                                + ")",
                        fault);
            case INTERNAL -> new StageException(StageException.Kind.INTERNAL, fault.getMessage(), fault);
        };
    }

    static StageException of(ModelException fault) {
        return new StageException(StageException.Kind.INTERNAL, fault.getMessage(), fault);
    }

    static StageException of(SamplerOptionException fault) {
        String option = fault.option();
        String field = STAGE_FIELDS.contains(option) ? option : "scheduler_options." + option;
        return StageException.user(field, fault.getMessage().substring(option.length() + 2));
    }
}
