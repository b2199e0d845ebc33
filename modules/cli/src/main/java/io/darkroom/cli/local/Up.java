package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole system in this process, to stay. */
public final class Up {
    /** One pool for all models, so that whatever can be fused is. */
    private static final String POOL = "default";

    private static final String BASE = "tiny-emoji";

    /** For its worker, router and broker, one after the other. */
    private static final Duration GRACE = Duration.ofSeconds(90);

    private final Terminal terminal;
    private final Path data;
    private final int port;
    private final Optional<Path> models;
    private final int slots;
    private final String device;

    public Up(Terminal terminal, Path data, int port, Optional<Path> models, int slots, String device) {
        this.terminal = terminal;
        this.data = data;
        this.port = port;
        this.models = models;
        this.slots = slots;
        this.device = device;
    }

    /** Does not return before the process is told to stop. */
    public int run() throws InterruptedException {
        BundledModels bundled = BundledModels.locate(models);
        List<Path> folders = bundled.all();
        ModelFolders.leftOut(bundled.folder()).forEach(fault -> terminal.remark("left out: " + fault));
        LocalSystem system = LocalSystem.start(LocalSystemConfig.in(data).withPort(port));
        try {
            List<Path> served = imported(system, folders, terminal);
            system.startWorker(POOL, served, slots, device);
            explain(system, served);
        } catch (CommandFailure e) {
            system.close();
            throw e;
        }
        return system.awaitStopped(StayUp.onStop(
                () -> {
                    terminal.remark("stopping; work that runs is finished first");
                    system.close();
                },
                GRACE));
    }

    /**
     * Those that can be served; what is wrong with each other one is said.
     *
     * @throws CommandFailure if there is none
     */
    static List<Path> imported(LocalSystem system, List<Path> folders, Terminal terminal) {
        List<Path> served = new ArrayList<>();
        Map<String, Path> named = new HashMap<>();
        for (Path folder : folders) {
            String name = ModelFolders.name(folder);
            try {
                if (named.containsKey(name)) {
                    throw CommandFailure.infrastructure(
                            "is called " + name + " as " + named.get(name) + " is; rename it");
                }
                system.importModel(folder, name, POOL);
                served.add(folder);
                named.put(name, folder);
            } catch (CommandFailure e) {
                // whoever complains of something inside it does not always name it
                String fault = e.getMessage();
                terminal.remark("left out: " + (fault.contains(folder.toString()) ? fault : folder + ": " + fault));
            }
        }
        if (served.isEmpty()) {
            throw CommandFailure.infrastructure("none of the models can be served");
        }
        return served;
    }

    private void explain(LocalSystem system, List<Path> folders) {
        String models =
                String.join(", ", folders.stream().map(ModelFolders::name).toList());
        terminal.line("Darkroom is up.");
        terminal.line("  broker   " + system.bootstrapServers());
        terminal.line("  store    " + system.storeUri() + "   (jobs read and write under it)");
        terminal.line("  models   " + models);
        terminal.line("  data     " + data.toAbsolutePath().normalize());
        terminal.line("In another shell:");
        example(Catalogue.read(system.cluster()).entries()).ifPresent(model -> {
            terminal.line("  ./darkroom generate --bootstrap-server "
                    + system.bootstrapServers()
                    + " --output-uri "
                    + system.outputUri()
                    + " \\");
            terminal.line("      --model " + model + " --prompt \"a red fox on a blue background\" --out fox.png");
        });
        terminal.line("  ./darkroom submit job.json --wait --bootstrap-server " + system.bootstrapServers());
        terminal.line("Ctrl-C stops it.");
    }

    /** A model that draws from a prompt alone: the bundled one of all styles, if it is there. */
    static Optional<String> example(List<ModelEntry> models) {
        List<String> drawing = models.stream()
                .filter(model -> model.kinds().contains(StageKind.TEXT2IMG))
                .map(ModelEntry::name)
                .toList();
        return drawing.contains(BASE) ? Optional.of(BASE) : drawing.stream().findFirst();
    }
}
