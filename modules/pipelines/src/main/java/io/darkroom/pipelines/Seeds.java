package io.darkroom.pipelines;

import java.util.List;

/**
 * Where the random numbers of a stage come from. As in torch, only the low 32 bits of a seed count.
 */
public sealed interface Seeds {
    /** One generator draws for the whole batch. */
    record Single(long seed) implements Seeds {}

    /** One generator per picture; there must be as many seeds as pictures come out. */
    record PerImage(List<Long> seeds) implements Seeds {
        public PerImage {
            seeds = List.copyOf(seeds);
        }
    }

    static Seeds of(long seed) {
        return new Single(seed);
    }
}
