package io.darkroom.cli;

import io.darkroom.cli.local.ByteSize;
import io.darkroom.inference.device.Memory;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a worker spends memory on. */
final class MemoryOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--memory",
            paramLabel = "resident|offload|low",
            defaultValue = "${env:DARKROOM_MEMORY:-resident}",
            description =
                    "resident: networks stay once they are loaded. offload: only the one that computes is there, text"
                            + " encoder, UNet, VAE in turn. low: the same with one row a call and nothing kept between"
                            + " calls. Default: $DARKROOM_MEMORY, else resident.")
    private Memory.Mode mode;

    @Option(
            names = "--vae-tiling",
            description =
                    "Work on tiles of large pictures in the VAE, as after diffusers' enable_vae_tiling: less memory,"
                            + " and another picture.")
    private boolean vaeTiling;

    private Optional<Long> limit = Optional.empty();

    @Option(
            names = "--memory-limit",
            paramLabel = "SIZE",
            description =
                    "How much the weights of all networks that stay may have, as in 20GiB; those that were not used"
                            + " for longest go first. Default: no limit.")
    void setLimit(String text) {
        limit = ByteSize.parse(text);
        if (limit.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--memory-limit: " + text + " is no size, as in 20GiB");
        }
    }

    Memory memory() {
        return new Memory(mode, limit, vaeTiling);
    }
}
