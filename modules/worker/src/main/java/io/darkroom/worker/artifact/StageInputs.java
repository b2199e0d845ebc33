package io.darkroom.worker.artifact;

import io.darkroom.images.RgbImage;
import io.darkroom.pipelines.TextStates;
import java.util.Optional;

/**
 * What the user named for one stage beside the picture that it starts from.
 *
 * @param mask of a stage that inpaints
 * @param embeds in the place of the prompt
 * @param negativeEmbeds in the place of the negative prompt
 */
public record StageInputs(Optional<RgbImage> mask, Optional<TextStates> embeds, Optional<TextStates> negativeEmbeds) {}
