package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.pipelines.MicroConditions.Pair;
import java.util.List;

/**
 * SDXL's {@code time_ids}: sizes, corner and score as numbers, one row per row of the batch. diffusers: {@code
 * _get_add_time_ids} of its two pipelines, which differ.
 *
 * @param unconditional {@code [1, ids]}
 * @param conditional {@code [1, ids]}
 */
record StableDiffusionXlTimeIds(Tensor unconditional, Tensor conditional) {

    /** Text to image: the negative sizes count only if both are given, and with them the negative corner. */
    static StableDiffusionXlTimeIds ofText2Img(MicroConditions said, Pair own) {
        Pair original = said.originalSize().orElse(own);
        Pair target = said.targetSize().orElse(own);
        Tensor conditional = row(original, said.cropsTopLeft(), target);
        boolean both = said.negativeOriginalSize().isPresent()
                && said.negativeTargetSize().isPresent();
        Tensor unconditional = both
                ? row(
                        said.negativeOriginalSize().get(),
                        said.negativeCropsTopLeft(),
                        said.negativeTargetSize().get())
                : conditional;
        return new StableDiffusionXlTimeIds(unconditional, conditional);
    }

    /** Image to image with the base: the negative corner is not used, the positive one counts for all rows. */
    static StableDiffusionXlTimeIds ofImg2Img(MicroConditions said, Pair own) {
        Pair original = said.originalSize().orElse(own);
        Pair target = said.targetSize().orElse(own);
        return new StableDiffusionXlTimeIds(
                row(
                        said.negativeOriginalSize().orElse(original),
                        said.cropsTopLeft(),
                        said.negativeTargetSize().orElse(target)),
                row(original, said.cropsTopLeft(), target));
    }

    /** Image to image with the refiner: a score stands in the target size's place. */
    static StableDiffusionXlTimeIds ofRefiner(MicroConditions said, Pair own) {
        Pair original = said.originalSize().orElse(own);
        return new StableDiffusionXlTimeIds(
                row(
                        said.negativeOriginalSize().orElse(original),
                        said.negativeCropsTopLeft(),
                        said.negativeAestheticScore()),
                row(original, said.cropsTopLeft(), said.aestheticScore()));
    }

    /** {@code [images, ids]}, or with guidance {@code [2 * images, ids]}, the unconditional rows first. */
    Tensor rows(int images, boolean guided) {
        Tensor wanted = conditional.repeatRows(images);
        return guided ? Tensor.concat(List.of(unconditional.repeatRows(images), wanted)) : wanted;
    }

    /**
     * As diffusers' text-to-image repeats them: u c u c, while all its other conditions are u u c c. With several pictures
     * and negative sizes, some rows are told the other side's sizes, and the picture depends on it.
     */
    Tensor alternatingRows(int images, boolean guided) {
        return guided
                ? Tensor.concat(List.of(unconditional, conditional)).repeatRows(images)
                : conditional.repeatRows(images);
    }

    private static Tensor row(Pair first, Pair second, Pair third) {
        return Tensor.of(
                new float[] {
                    first.vertical(),
                    first.horizontal(),
                    second.vertical(),
                    second.horizontal(),
                    third.vertical(),
                    third.horizontal()
                },
                1,
                6);
    }

    private static Tensor row(Pair first, Pair second, double score) {
        return Tensor.of(
                new float[] {first.vertical(), first.horizontal(), second.vertical(), second.horizontal(), (float) score
                },
                1,
                5);
    }
}
