package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.local.BundledModels;
import io.darkroom.cli.local.ModelFolders;
import io.darkroom.cli.local.ModelImport;
import io.darkroom.cli.local.ModelStores;
import io.darkroom.cli.local.StoredModels;
import io.darkroom.cli.terminal.Terminal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code darkroom models import}. */
@Command(
        name = "import",
        description = {
            "Puts models into the catalogue, so that jobs can name them, and makes their pool's topic.",
            "With --store their files are sent to a store, from which workers pull them (darkroom worker --models"
                    + " URI).",
            "Without, they stay where they are, and workers are started with the same folder.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  darkroom models import tiny-emoji tiny-x2-latent",
            "  darkroom models import models/sd15-onnx --name sd15 --pool large",
            "  darkroom worker --pool large --models models/sd15-onnx --handover-uri s3://darkroom/handover/",
            "  darkroom models import models/sd15-onnx --name sd15 --store s3://models/ --s3-endpoint http://minio:9000"
        })
final class ModelsImportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FOLDER|FILE|NAME",
            description = {
                "A folder as `optimum-cli export onnx` writes it;",
                "a safetensors file with a textual inversion or a LoRA, which jobs name beside a model;",
                "or the name of a bundled model. --name, --token and --cost describe one alone."
            })
    private List<String> models;

    @Option(names = "--name", paramLabel = "NAME", description = "What jobs call it. Default: the folder's name.")
    private String name;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The pool whose workers serve it. Default: ${DEFAULT-VALUE}.")
    private String pool;

    @Option(
            names = "--token",
            paramLabel = "WORD",
            description =
                    "Of a textual inversion: the word that prompts say for it, as in <cat>. Default: the one that the"
                            + " file names.")
    private String token;

    @Option(
            names = "--licence",
            paramLabel = "TEXT",
            description = "Kept in the catalogue, as in CreativeML-OpenRAIL-M. Default: what the folder's manifest.json"
                    + " says.")
    private String licence;

    @Option(
            names = "--cost",
            paramLabel = "X",
            description =
                    "What one step takes for a pixel, as a multiple of Stable Diffusion 1.5's: for fair shares and"
                            + " limits of time. Default: by the size of its weights.")
    private Double cost;

    @Mixin
    private ModelStoreOptions store;

    @Mixin
    private TopicOptions cluster;

    @Override
    public Integer call() {
        requireOneDescribed();
        requireDifferentNames();
        Terminal terminal =
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr());
        var description = new ModelImport.Description(
                Optional.ofNullable(name),
                pool,
                Optional.ofNullable(licence),
                Optional.ofNullable(token),
                Optional.ofNullable(cost));
        Optional<ModelStores> stores = store.open();
        try (Cluster connected = cluster.connect().requireTopics()) {
            ModelImport importing = new ModelImport(connected);
            models.forEach(model -> importing.run(
                    model, description, stores.map(opened -> new StoredModels(opened.one(), terminal)), terminal));
            return ExitCode.OK;
        } finally {
            stores.ifPresent(ModelStores::close);
        }
    }

    /** The second of one name would take the first one's place: diffusers calls every LoRA pytorch_lora_weights.safetensors. */
    private void requireDifferentNames() {
        Map<String, String> named = new HashMap<>();
        for (String model : models) {
            String own = ModelFolders.name(BundledModels.standard().resolve(model));
            String other = named.put(own, model);
            if (other != null) {
                throw new ParameterException(
                        spec.commandLine(),
                        other + " and " + model + " would both be called " + own
                                + "; import them one by one, each with a --name");
            }
        }
    }

    private void requireOneDescribed() {
        if (models.size() > 1 && (name != null || token != null || cost != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--name, --token and --cost describe one model, and " + models.size() + " are named");
        }
    }
}
