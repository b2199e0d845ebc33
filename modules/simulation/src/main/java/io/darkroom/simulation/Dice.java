package io.darkroom.simulation;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** All chance of a history; the same seed throws the same. */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** From 0 up to, not including, {@code bound}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    Duration between(Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }

    /** Mostly short, sometimes long: as delays in networks are. */
    Duration delay(Duration usual, Duration longest) {
        return chance(0.9) ? between(Duration.ZERO, usual) : between(Duration.ZERO, longest);
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(below(choices.size()));
    }
}
