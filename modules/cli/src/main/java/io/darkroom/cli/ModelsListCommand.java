package io.darkroom.cli;

import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.ModelListing;
import io.darkroom.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code darkroom models list}. */
@Command(
        name = "list",
        description = {"Shows the models that jobs can name, from the catalogue's topic.", ""})
final class ModelsListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        try (Cluster connected = cluster.connect().requireTopics()) {
            ModelListing.print(
                    Catalogue.read(connected), Terminal.of(spec.commandLine().getOut()));
            return ExitCode.OK;
        }
    }
}
