package io.darkroom.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a worker computes, and how much at once. */
final class DeviceOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private int slots;
    private String device;

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "4",
            description = "Work items that the worker holds at once, 1..64; their steps share calls."
                    + " Default: ${DEFAULT-VALUE}.")
    void setSlots(int value) {
        if (value < 1 || value > 64) {
            throw wrong("--slots: " + value + " is outside 1..64");
        }
        slots = value;
    }

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda:N",
            defaultValue = "${env:DARKROOM_DEVICE:-cpu}",
            description = "Where the networks run. Default: $DARKROOM_DEVICE, else cpu.")
    void setDevice(String value) {
        if (!value.matches("cpu|cuda(:[0-9]{1,3})?")) {
            throw wrong("--device: " + value + " is neither cpu nor cuda:N, as in cuda:0");
        }
        device = value;
    }

    int slots() {
        return slots;
    }

    String device() {
        return device;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
