package io.darkroom.cli;

import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.router.CataloguePublisher;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code darkroom models remove}. */
@Command(
        name = "remove",
        description = {
            "Takes a model out of the catalogue: new jobs cannot name it.",
            "",
            "Jobs that were accepted go on as long as a worker serves the model. Its files and its pool's topic stay.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = "  darkroom models remove tiny-emoji")
final class ModelsRemoveCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The model's name in the catalogue.")
    private String name;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        try (Cluster connected = cluster.connect().requireTopics();
                CataloguePublisher publisher = connected.catalogue()) {
            Catalogue catalogue = Catalogue.read(connected);
            if (catalogue.find(name).isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(), name + " is not in the catalogue; it has " + catalogue.names() + ".");
            }
            publisher.remove(name);
            Terminal.of(spec.commandLine().getOut()).line(name + " is no longer in the catalogue");
            return ExitCode.OK;
        }
    }
}
