package io.darkroom.pipelines;

import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.ControlNetFolder;
import java.util.List;
import java.util.Objects;

/**
 * One ControlNet of a stage. Names as in diffusers' {@code StableDiffusionControlNetPipeline}.
 *
 * @param model whose residuals fit the stage's model
 * @param images what it is shown: one picture for all, or one for each input picture; resized to the stage's size
 * @param conditioningScale what its residuals are multiplied by
 * @param guidanceStart 0..1, the part of the steps that is over when it begins to count
 * @param guidanceEnd 0..1, the part of the steps after which it no longer counts
 */
public record Control(
        ControlNetFolder model,
        List<RgbImage> images,
        double conditioningScale,
        double guidanceStart,
        double guidanceEnd) {
    public Control {
        Objects.requireNonNull(model, "model");
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("images: there must be at least one");
        }
    }

    /** The scale in one step; diffusers: {@code controlnet_keep}. */
    double scaleAt(int step, int steps) {
        boolean early = step / (double) steps < guidanceStart;
        boolean late = (step + 1) / (double) steps > guidanceEnd;
        return early || late ? 0 : conditioningScale;
    }
}
