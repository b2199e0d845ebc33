package io.darkroom.inference.device;

import java.util.Objects;

/**
 * How a device is used.
 *
 * @param provider where the networks run
 * @param intraOpThreads threads of one call on the CPU, at least 1
 * @param maxRows most rows that one UNet call takes, at least 1; one in {@link Memory.Mode#LOW}
 * @param memory what is spent on what
 */
public record DeviceConfig(Provider provider, int intraOpThreads, int maxRows, Memory memory) {
    /** Where the networks run. */
    public sealed interface Provider {
        record Cpu() implements Provider {}

        /**
         * One CUDA device, in float32 without TF32.
         *
         * @param index as {@code nvidia-smi} counts
         */
        record Cuda(int index) implements Provider {}
    }

    public DeviceConfig {
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(memory, "memory");
        if (intraOpThreads < 1) {
            throw new IllegalArgumentException("intraOpThreads: " + intraOpThreads + " is below 1");
        }
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows: " + maxRows + " is below 1");
        }
        maxRows = memory.mode() == Memory.Mode.LOW ? 1 : maxRows;
    }

    /** What was loaded stays. */
    public DeviceConfig(Provider provider, int intraOpThreads, int maxRows) {
        this(provider, intraOpThreads, maxRows, Memory.RESIDENT);
    }

    /** All cores of this machine, eight rows a call. */
    public static DeviceConfig cpu() {
        return new DeviceConfig(new Provider.Cpu(), Runtime.getRuntime().availableProcessors(), 8);
    }

    /** The first CUDA device, 32 rows a call. */
    public static DeviceConfig cuda() {
        return new DeviceConfig(new Provider.Cuda(0), Runtime.getRuntime().availableProcessors(), 32);
    }

    public DeviceConfig withMaxRows(int rows) {
        return new DeviceConfig(provider, intraOpThreads, rows, memory);
    }

    public DeviceConfig withMemory(Memory other) {
        return new DeviceConfig(provider, intraOpThreads, maxRows, other);
    }
}
