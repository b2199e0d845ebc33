package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.SamplerOptionException;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.model.ModelException;

/** Faults from below in the words of a stage. */
final class Failures {
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
            case UNFIT -> StageException.user("loras", fault.getMessage());
            case INTERNAL -> new StageException(StageException.Kind.DEVICE, fault.getMessage(), fault);
        };
    }

    static StageException of(ModelException fault) {
        return new StageException(StageException.Kind.MODEL, fault.getMessage(), fault);
    }

    static StageException of(SamplerOptionException fault) {
        return StageException.user(fault.stageField(), fault.problem());
    }

    /** A stage that works on pictures was given what a prior made. */
    static StageException noPicture() {
        return StageException.user("input", "is no picture but image embeddings; name a picture");
    }
}
