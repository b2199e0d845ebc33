package io.darkroom.cli.local;

import io.darkroom.inference.device.DeviceConfig;

/** Reads the name of a device. */
public final class Devices {
    private static final int CUDA_ROWS = 32;

    private Devices() {}

    /**
     * @param name {@code cpu}, {@code cuda} or {@code cuda:N}
     */
    public static DeviceConfig named(String name) {
        if (name.equals("cpu")) {
            return DeviceConfig.cpu();
        }
        int colon = name.indexOf(':');
        int index = colon < 0 ? 0 : Integer.parseInt(name.substring(colon + 1));
        int threads = Runtime.getRuntime().availableProcessors();
        return new DeviceConfig(new DeviceConfig.Provider.Cuda(index), threads, CUDA_ROWS);
    }

    /** As {@link #named} reads it. */
    static String name(DeviceConfig device) {
        return switch (device.provider()) {
            case DeviceConfig.Provider.Cpu() -> "cpu";
            case DeviceConfig.Provider.Cuda(int index) -> "cuda:" + index;
        };
    }
}
