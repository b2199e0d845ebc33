package io.darkroom.cli;

import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.local.ModelStores;
import io.darkroom.cli.local.StoredModels;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.router.CataloguePublisher;
import java.util.Optional;
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
            "Jobs that were accepted go on as long as a worker serves the model. Its pool's topic stays. With --store"
                    + " its",
            "files go from that store, but those that another model has too.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  darkroom models remove tiny-emoji",
            "  darkroom models remove sd15 --store s3://models/ --s3-endpoint http://minio:9000"
        })
final class ModelsRemoveCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME|DIGEST",
            description = "The model's name in the catalogue; or the digest of one that only the store has.")
    private String name;

    @Mixin
    private ModelStoreOptions store;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        Terminal terminal =
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
        Optional<ModelStores> stores = store.open();
        try (Cluster connected = cluster.connect().requireTopics();
                CataloguePublisher publisher = connected.catalogue()) {
            Catalogue catalogue = Catalogue.read(connected);
            Optional<ModelEntry> entry = catalogue.find(name);
            if (entry.isEmpty() && (stores.isEmpty() || !name.matches("[0-9a-f]{64}"))) {
                throw new ParameterException(
                        spec.commandLine(), name + " is not in the catalogue; it has " + catalogue.names() + ".");
            }
            if (entry.isPresent()) {
                publisher.remove(name);
                terminal.line(name + " is no longer in the catalogue");
            }
            String digest = entry.map(ModelEntry::digest).orElse(name);
            stores.ifPresent(
                    opened -> removeFiles(new StoredModels(opened.one(), terminal), digest, catalogue, terminal));
            return ExitCode.OK;
        } finally {
            stores.ifPresent(ModelStores::close);
        }
    }

    private void removeFiles(StoredModels stored, String digest, Catalogue catalogue, Terminal terminal) {
        Optional<ModelEntry> other = catalogue.entries().stream()
                .filter(entry -> entry.digest().equals(digest) && !entry.name().equals(name))
                .findFirst();
        if (other.isPresent()) {
            terminal.line("its files stay: " + other.get().name() + " is the same model");
        } else {
            stored.remove(digest);
        }
    }
}
