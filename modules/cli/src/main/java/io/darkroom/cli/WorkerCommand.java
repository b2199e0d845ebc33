package io.darkroom.cli;

import io.darkroom.cli.local.Devices;
import io.darkroom.cli.local.ModelPlaces;
import io.darkroom.cli.local.WorkerProcess;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.pipelines.SafetyMode;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom worker}. */
@Command(
        name = "worker",
        description = {"Runs a worker of one pool until Ctrl-C; any number of workers share a pool.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  darkroom worker --pool default --models models --store-root /srv/darkroom \\",
            "      --handover-uri file:///srv/darkroom/handover/",
            "  darkroom worker --pool large --models s3://models/ --device cuda:0 --slots 16 \\",
            "      --s3-endpoint http://minio:9000 --handover-uri s3://darkroom/handover/"
        })
final class WorkerCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Darkroom darkroom;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            required = true,
            description = "The pool to serve; the catalogue says which models belong to it.")
    private String pool;

    @Option(
            names = "--models",
            paramLabel = "DIR|NAME|URI",
            arity = "1..*",
            defaultValue = "${env:DARKROOM_MODEL_STORE}",
            description =
                    "Model folders, folders of model folders, names of bundled models, and stores of models, as in"
                            + " s3://models/, from which the pool's models are pulled. Default: $DARKROOM_MODEL_STORE,"
                            + " else all bundled models.")
    private List<String> models = List.of();

    @Option(
            names = "--handover-uri",
            paramLabel = "URI",
            required = true,
            defaultValue = "${env:DARKROOM_HANDOVER_URI}",
            description =
                    "The prefix for what one work item hands to the next, the same for all workers: nothing else is"
                            + " read as handed on. Default: $DARKROOM_HANDOVER_URI.")
    private URI handover;

    @Option(
            names = "--safety-checker",
            paramLabel = "off|flag|blank",
            defaultValue = "${env:DARKROOM_SAFETY_CHECKER:-blank}",
            description =
                    "What becomes of pictures that a model's own safety checker finds should not be shown: flag says"
                            + " so in the result, blank also makes them black. Default: $DARKROOM_SAFETY_CHECKER, else"
                            + " blank.")
    private SafetyMode safety;

    @Mixin
    private ModelCacheOptions cache;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private PatienceOptions patience;

    @Mixin
    private MemoryOptions memory;

    @Mixin
    private StoreOptions store;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() throws Exception {
        Logs.ofService(darkroom.verbose());
        return new WorkerProcess(cluster.settings(), cluster.topics(), store.settings())
                .run(
                        pool,
                        ModelPlaces.of(models, store.s3(), cache.cache()),
                        handover,
                        device.slots(),
                        Devices.named(device.device()).withMemory(memory.memory()),
                        safety,
                        patience.patience(),
                        Terminal.of(
                                spec.commandLine().getOut(), spec.commandLine().getErr()));
    }
}
