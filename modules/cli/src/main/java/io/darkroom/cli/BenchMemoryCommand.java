package io.darkroom.cli;

import io.darkroom.bench.MemoryUse;
import io.darkroom.cli.generate.OutputFiles;
import io.darkroom.cli.local.ByteSize;
import io.darkroom.cli.local.Devices;
import io.darkroom.cli.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code darkroom bench memory}. */
@Command(
        name = "memory",
        description = {
            "Makes a picture in this process and says how much memory that took at most.",
            "",
            "Needs Linux, which counts it. Run it once for each mode to compare them.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  darkroom bench memory --model models/sd15-onnx --width 512 --height 512 --memory offload")
final class BenchMemoryCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "DIR", required = true, description = "A model folder.")
    private Path model;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            defaultValue = "a red fox",
            description = "Default: ${DEFAULT-VALUE}.")
    private String prompt;

    @Option(names = "--width", paramLabel = "PIXELS", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
    private int width;

    @Option(names = "--height", paramLabel = "PIXELS", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
    private int height;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "7", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--pictures",
            paramLabel = "N",
            defaultValue = "2",
            description = "How often it is made; the first time with loading. Default: ${DEFAULT-VALUE}.")
    private int pictures;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write the picture. Default: nowhere.")
    private Path out;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private MemoryOptions memory;

    @Override
    public Integer call() throws Exception {
        if (out != null) {
            OutputFiles.fault(out).ifPresent(fault -> {
                throw new ParameterException(spec.commandLine(), "--out: " + fault);
            });
        }
        Terminal terminal =
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
        MemoryUse use = MemoryUse.of(
                Devices.named(device.device()).withMemory(memory.memory()),
                new MemoryUse.Wish(model, prompt, width, height, steps, seed),
                Math.max(1, pictures));
        if (out != null) {
            Files.write(out, use.png());
        }
        String seconds = use.nanos().stream()
                .map(nanos -> String.format(Locale.ROOT, "%.2f s", nanos / 1e9))
                .collect(Collectors.joining(", "));
        terminal.line(memory.memory().mode().name().toLowerCase(Locale.ROOT)
                + ": peak " + ByteSize.shown(use.peakBytes())
                + ", before the first picture " + ByteSize.shown(use.beforeBytes())
                + ", pictures " + seconds);
        return ExitCode.OK;
    }
}
