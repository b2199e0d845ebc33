package io.darkroom.inference.device;

import java.util.Objects;
import java.util.Optional;

/**
 * What a device spends memory on.
 *
 * @param mode how long networks stay
 * @param limitBytes of the weights of all networks that are there at once: those whose use lies back furthest go first. One network
 *     is always let in, however large
 * @param vaeTiling whether the VAE works on tiles of large pictures, which it blends: another picture, in less memory
 */
public record Memory(Mode mode, Optional<Long> limitBytes, boolean vaeTiling) {
    /** How long networks stay on the device. */
    public enum Mode {
        /** What was loaded stays. */
        RESIDENT,
        /**
         * One network is there: the text encoder, then the UNet while the stage steps, then the VAE. Beside what other jobs step
         * with, which stays, it is one more.
         */
        OFFLOAD,
        /** The same, one row a call, and nothing kept from one call to the next but weights. */
        LOW
    }

    public static final Memory RESIDENT = new Memory(Mode.RESIDENT, Optional.empty(), false);

    public Memory {
        Objects.requireNonNull(mode, "mode");
        limitBytes.filter(bytes -> bytes < 1).ifPresent(bytes -> {
            throw new IllegalArgumentException("limitBytes: " + bytes + " is below 1");
        });
    }

    public static Memory of(Mode mode) {
        return new Memory(mode, Optional.empty(), false);
    }

    public Memory withVaeTiling() {
        return new Memory(mode, limitBytes, true);
    }

    public Memory withLimit(long bytes) {
        return new Memory(mode, Optional.of(bytes), vaeTiling);
    }

    /** Whether networks may be loaded as soon as they are asked for, before they are called. */
    boolean isUnlimited() {
        return mode == Mode.RESIDENT && limitBytes.isEmpty();
    }
}
