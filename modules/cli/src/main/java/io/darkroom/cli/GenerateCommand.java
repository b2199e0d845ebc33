package io.darkroom.cli;

import io.darkroom.cli.client.ClusterSettings;
import io.darkroom.cli.generate.Generation;
import io.darkroom.cli.generate.OutputFiles;
import io.darkroom.cli.generate.StageParameters;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.topic.Topics;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code darkroom generate}. */
@Command(
        name = "generate",
        description = {
            "Makes pictures from flags: one job, waited for, its pictures written to files.",
            "",
            "Without --bootstrap-server it starts the system in this process for the one job. The"
                    + " flags are diffusers' parameters; the same seed gives the same picture.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  darkroom generate --model tiny-emoji --prompt \"a red fox on a blue background\" \\",
            "      --seed 7 --num-inference-steps 20 --out fox.png",
            "  darkroom generate --model tiny-emoji --prompt \"a red fox, comic\" --image fox.png \\",
            "      --strength 0.6 --seed 7 --out comic.png",
            "  darkroom generate --model tiny-emoji --prompt \"a red fox, comic\" --image fox.png --seed 7 \\",
            "      --strength 0.3,0.5,0.7,0.9 --out comic.png --grid sweep.png --animation sweep.gif",
            "  darkroom generate --model ~/models/sd15-onnx --prompt \"a lighthouse\" \\",
            "      --scheduler DPMSolverMultistepScheduler --scheduler-option use_karras_sigmas=true \\",
            "      --num-images-per-prompt 4 --seed 1,2,3,4 --out lighthouse.png",
            "  darkroom generate --model ~/models/sd15-onnx --prompt \"a lighthouse\" --seed 7 --out lighthouse.png \\",
            "      --controlnet ~/models/canny-onnx --control-image edges.png --controlnet-conditioning-scale 0.8"
        })
final class GenerateCommand implements Callable<Integer> {

    /** Of a job that is printed only its ending counts. */
    private static final Path UNNAMED = Path.of("out.png");

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Darkroom darkroom;

    @Option(
            names = "--model",
            paramLabel = "NAME|FOLDER",
            required = true,
            description = "A model of the catalogue; or a folder as `optimum-cli export onnx` writes it.")
    private String model;

    @Option(
            names = "--image",
            paramLabel = "IN.png|URI",
            description = "The picture to start from (PNG, JPEG or WebP); makes it img2img.")
    private String image;

    @Option(
            names = "--mask",
            paramLabel = "PICTURE",
            description = "With --image: a picture, or its URI, that is bright where the image is painted anew.")
    private String mask;

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<ControlNetOptions> controlNets = new ArrayList<>();

    @Mixin
    private GenerationOptions generation;

    @Mixin
    private EmbedOptions embeds;

    @Mixin
    private CollectionOptions collections;

    @Mixin
    private AdapterOptions adapters;

    @Option(
            names = "--out",
            paramLabel = "OUT.png",
            description =
                    "Where the picture goes, .png or .jpg. Several go to OUT-0.png, OUT-1.png, ... Needed but with"
                            + " --print-job.")
    private Path out;

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:DARKROOM_BOOTSTRAP_SERVERS}",
            description = "Use the system that runs there. Default: $DARKROOM_BOOTSTRAP_SERVERS, else a"
                    + " system in this process.")
    private String bootstrapServers;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Further settings of the Kafka clients, with --bootstrap-server.")
    private Path commandConfig;

    @Option(
            names = "--output-uri",
            paramLabel = "URI",
            defaultValue = "${env:DARKROOM_OUTPUT_URI}",
            description = "With --bootstrap-server: the prefix that workers write to, s3:// or file://."
                    + " Default: $DARKROOM_OUTPUT_URI.")
    private URI outputUri;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "${env:DARKROOM_MODELS}",
            description = "In this process: where models are looked for by name. Default:"
                    + " $DARKROOM_MODELS, else the bundled ones.")
    private Path models;

    @Option(
            names = "--print-job",
            description = "Print the job as JSON, as any Kafka client could send it, and do nothing.")
    private boolean printJob;

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda:N",
            defaultValue = "${env:DARKROOM_DEVICE:-cpu}",
            description = "In this process: where the networks run. Default: $DARKROOM_DEVICE, else cpu.")
    private String device;

    @Mixin
    private StoreOptions store;

    @Override
    public Integer call() throws Exception {
        StageParameters parameters = generation.parameters();
        requireSense(parameters);
        if (!printJob) {
            requireWritable();
        }
        Generation wanted = new Generation(
                model,
                Optional.ofNullable(image),
                Optional.ofNullable(mask),
                embeds.given(),
                adapters.adapters(),
                controlNets.stream().map(ControlNetOptions::named).toList(),
                parameters,
                files(),
                collections.files(),
                Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr()));
        if (printJob) {
            return wanted.printJob(Optional.ofNullable(outputUri));
        }
        if (bootstrapServers != null) {
            Logs.ofClient(darkroom.verbose());
            return wanted.onCluster(
                    ClusterSettings.of(bootstrapServers, Optional.ofNullable(commandConfig)),
                    Topics.standard(),
                    store.settings(),
                    requireOutputUri());
        }
        Logs.ofClient(darkroom.verbose());
        return wanted.inThisProcess(Optional.ofNullable(models), device);
    }

    private void requireSense(StageParameters parameters) {
        if (out == null && !printJob) {
            throw new MissingParameterException(
                    spec.commandLine(), spec.findOption("--out"), "Missing required option: '--out=OUT.png'");
        }
        if (out != null && Files.isDirectory(out)) {
            throw wrong("--out: " + OutputFiles.fault(out).orElseThrow());
        }
        if (files().format().isEmpty()) {
            throw wrong("--out: " + out + " must end in .png, .jpg or .jpeg");
        }
        if (image == null && !parameters.strength().isEmpty()) {
            throw wrong("--strength says how much of a picture is replaced, so it needs --image");
        }
        collections.fault(files()).ifPresent(fault -> {
            throw wrong(fault);
        });
        if (image == null && mask != null) {
            throw wrong("--mask says which part of a picture is painted anew, so it needs --image");
        }
    }

    private OutputFiles files() {
        return new OutputFiles(out == null ? UNNAMED : out);
    }

    /** Minutes of computing are lost when it turns out only then that the pictures have no place. */
    private void requireWritable() {
        Map<String, Path> named = new LinkedHashMap<>();
        named.put("--out", out);
        named.putAll(collections.named());
        named.forEach((flag, file) -> OutputFiles.fault(file).ifPresent(fault -> {
            throw wrong(flag + ": " + fault);
        }));
    }

    private URI requireOutputUri() {
        if (outputUri == null) {
            throw wrong("--output-uri is missing: with --bootstrap-server it says where the workers may"
                    + " write, as in s3://renders/ (`darkroom up` prints its own)");
        }
        String text = outputUri.toString();
        return text.endsWith("/") ? outputUri : URI.create(text + "/");
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
