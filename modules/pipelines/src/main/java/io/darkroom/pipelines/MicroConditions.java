package io.darkroom.pipelines;

import java.util.Objects;
import java.util.Optional;

/**
 * What SDXL is told about the picture beside its prompt: Podell et al. (arXiv:2307.01952), section 2.2. Names and defaults
 * are diffusers'.
 *
 * @param originalSize of the picture before it was scaled; absent: the stage's own size
 * @param cropsTopLeft where it was cut
 * @param targetSize after cutting; absent: the stage's own size
 * @param negativeOriginalSize the same for the unconditional rows
 * @param negativeCropsTopLeft the same for the unconditional rows
 * @param negativeTargetSize the same for the unconditional rows
 * @param aestheticScore for the refiner
 * @param negativeAestheticScore for the refiner's unconditional rows
 */
public record MicroConditions(
        Optional<Pair> originalSize,
        Pair cropsTopLeft,
        Optional<Pair> targetSize,
        Optional<Pair> negativeOriginalSize,
        Pair negativeCropsTopLeft,
        Optional<Pair> negativeTargetSize,
        double aestheticScore,
        double negativeAestheticScore) {

    /** Pixels: height and width of a size, top and left of a corner. */
    public record Pair(int vertical, int horizontal) {
        public static final Pair ZERO = new Pair(0, 0);
    }

    /** As when nothing is said. */
    public static final MicroConditions DEFAULT = new MicroConditions(
            Optional.empty(), Pair.ZERO, Optional.empty(), Optional.empty(), Pair.ZERO, Optional.empty(), 6.0, 2.5);

    public MicroConditions {
        Objects.requireNonNull(originalSize, "originalSize");
        Objects.requireNonNull(cropsTopLeft, "cropsTopLeft");
        Objects.requireNonNull(targetSize, "targetSize");
        Objects.requireNonNull(negativeOriginalSize, "negativeOriginalSize");
        Objects.requireNonNull(negativeCropsTopLeft, "negativeCropsTopLeft");
        Objects.requireNonNull(negativeTargetSize, "negativeTargetSize");
    }
}
