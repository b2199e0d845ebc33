package io.darkroom.cli;

import io.darkroom.cli.demo.Demo;
import io.darkroom.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom demo}. */
@Command(
        name = "demo",
        description = {
            "Runs the whole system in this process, and a chain of models through it.",
            "",
            "Starts a broker, a router, workers and a file store, and submits a job of three"
                    + " stages: text2img, img2img in another style with the latents handed over, and a"
                    + " latent upscale. It does so twice: fused in one worker, and with a pool for each"
                    + " model, so that latents cross Kafka; and compares the pictures.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  darkroom demo", "  darkroom demo --out pictures --seed 11"})
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Darkroom darkroom;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "darkroom-demo",
            description =
                    "Where the pictures, the contact sheet, the file store and the log go. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "${env:DARKROOM_MODELS}",
            description = "Where tiny-emoji and tiny-x2-latent lie. Default: $DARKROOM_MODELS, else the bundled ones.")
    private Path models;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "The seed of the first picture; the others follow it. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--keep", description = "Keep the broker's data afterwards, and say where.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        Logs.ofWholeSystem(OutputFolder.make(out).resolve("darkroom.log"), darkroom.verbose());
        Terminal terminal = Terminal.of(spec.commandLine().getOut());
        return new Demo(terminal, out, Optional.ofNullable(models), seed, keep).run();
    }
}
