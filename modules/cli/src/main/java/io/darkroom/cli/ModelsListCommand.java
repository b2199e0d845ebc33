package io.darkroom.cli;

import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.ModelListing;
import io.darkroom.cli.local.ModelStores;
import io.darkroom.cli.local.StoredModels;
import io.darkroom.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code darkroom models list}. */
@Command(
        name = "list",
        description = {
            "Shows the models that jobs can name, from the catalogue's topic.",
            "",
            "With --store: then what lies in that store and jobs cannot name.",
            ""
        })
final class ModelsListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelStoreOptions store;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        Terminal terminal =
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
        Optional<ModelStores> stores = store.open();
        try (Cluster connected = cluster.connect().requireTopics()) {
            Catalogue catalogue = Catalogue.read(connected);
            ModelListing.print(catalogue, terminal);
            stores.ifPresent(opened -> new StoredModels(opened.one(), terminal).listBeside(catalogue));
            return ExitCode.OK;
        } finally {
            stores.ifPresent(ModelStores::close);
        }
    }
}
