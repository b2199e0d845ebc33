package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.random.TorchGenerator;

/**
 * The random numbers of one stage, drawn in diffusers' order.
 *
 * @param source draws for the whole batch
 * @param perImage whether each picture has its own generator; an input is then repeated before its
 *     posterior is drawn
 */
record Draws(NoiseSource source, boolean perImage) {
    /**
     * Fresh generators.
     *
     * @param images pictures that the stage makes
     * @throws StageException if the number of seeds is another
     */
    static Draws of(Seeds seeds, int images) throws StageException {
        return switch (seeds) {
            case Seeds.Single(long seed) -> new Draws(NoiseSource.single(new TorchGenerator(seed)), false);
            case Seeds.PerImage(var each)
            when each.size() == images ->
                new Draws(
                        NoiseSource.perRow(
                                each.stream().map(TorchGenerator::new).toList()),
                        true);
            case Seeds.PerImage(var each) ->
                throw StageException.user(
                        "seed", each.size() + " seeds for " + images + " pictures; give one seed, or one per picture");
        };
    }
}
