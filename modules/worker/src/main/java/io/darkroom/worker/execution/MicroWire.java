package io.darkroom.worker.execution;

import io.darkroom.contract.wire.PixelPair;
import io.darkroom.pipelines.MicroConditions;
import io.darkroom.pipelines.MicroConditions.Pair;
import java.util.Optional;

/** Translates what SDXL is told about a picture from the wire's words into the pipelines'. */
final class MicroWire {
    private MicroWire() {}

    static MicroConditions read(io.darkroom.contract.wire.MicroConditions wire) {
        return new MicroConditions(
                pair(wire.hasOriginalSize(), wire.getOriginalSize()),
                pair(wire.hasCropsCoordsTopLeft(), wire.getCropsCoordsTopLeft()).orElse(Pair.ZERO),
                pair(wire.hasTargetSize(), wire.getTargetSize()),
                pair(wire.hasNegativeOriginalSize(), wire.getNegativeOriginalSize()),
                pair(wire.hasNegativeCropsCoordsTopLeft(), wire.getNegativeCropsCoordsTopLeft())
                        .orElse(Pair.ZERO),
                pair(wire.hasNegativeTargetSize(), wire.getNegativeTargetSize()),
                wire.hasAestheticScore() ? wire.getAestheticScore() : MicroConditions.DEFAULT.aestheticScore(),
                wire.hasNegativeAestheticScore()
                        ? wire.getNegativeAestheticScore()
                        : MicroConditions.DEFAULT.negativeAestheticScore());
    }

    private static Optional<Pair> pair(boolean given, PixelPair pair) {
        return given ? Optional.of(new Pair(pair.getVertical(), pair.getHorizontal())) : Optional.empty();
    }
}
