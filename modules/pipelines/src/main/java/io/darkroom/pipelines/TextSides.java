package io.darkroom.pipelines;

import io.darkroom.inference.device.DeviceException;
import java.util.List;

/** The two texts of a stage, each encoded when it is asked for: the prompt first, since the other one is made as long as it. */
interface TextSides {
    TextStates wanted() throws StageException, DeviceException, InterruptedException;

    TextStates unwanted(TextStates wanted) throws StageException, DeviceException, InterruptedException;

    /** Time on the device until now. */
    long deviceNanos();

    /**
     * Encodes for {@code images} pictures.
     *
     * @param guided whether to put the negative prompt's rows before
     */
    default PromptEncoding encode(boolean guided, int images)
            throws StageException, DeviceException, InterruptedException {
        TextStates wanted = wanted();
        if (!guided) {
            return PromptEncoding.of(List.of(wanted), images, deviceNanos());
        }
        TextStates unwanted = unwanted(wanted);
        PromptEncoding.requireSameTokens(wanted, unwanted);
        return PromptEncoding.of(List.of(unwanted, wanted), images, deviceNanos());
    }
}
