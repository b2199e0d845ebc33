package io.darkroom.cli;

import io.darkroom.cli.demo.Demo;
import io.darkroom.cli.local.DataFolder;
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
            "Runs the whole system in this process, and shows what its jobs can do.",
            "",
            "Starts a broker, a router, a worker and a file store, and submits six jobs: text2img; a chain of"
                    + " three models that hand over latents; two upscalers; a ControlNet on edges; a sweep of"
                    + " strengths with an animation; a LoRA, a learned word, a distilled model, and one with"
                    + " another VAE. Then the chain again, with a pool and a worker for each model, so that"
                    + " latents cross Kafka; and compares the pictures.",
            "",
            "Jobs, results and pictures lie in --out afterwards, all pictures on one contact sheet.",
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
            description = "Where the jobs, pictures, contact sheet, file store and log go. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "${env:DARKROOM_MODELS}",
            description = "Where the models lie that the jobs name. Default: $DARKROOM_MODELS, else the bundled ones.")
    private Path models;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The seed of every stage. Default: those that the jobs name.")
    private Long seed;

    @Option(names = "--keep", description = "Keep the broker's data afterwards, and say where.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        try (DataFolder _ = DataFolder.claim(out, "darkroom demo", "--out")) {
            Logs.ofWholeSystem(out.resolve("darkroom.log"), darkroom.verbose());
            Terminal terminal =
                    Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
            return new Demo(terminal, out, Optional.ofNullable(models), Optional.ofNullable(seed), keep).run();
        }
    }
}
