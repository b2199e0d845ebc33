package io.darkroom.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStores;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.ClusterSettings;
import io.darkroom.cli.client.JobClient;
import io.darkroom.cli.client.JobFollower;
import io.darkroom.cli.client.StageNames;
import io.darkroom.cli.local.BundledModels;
import io.darkroom.cli.local.LocalSystem;
import io.darkroom.cli.local.ModelFolders;
import io.darkroom.cli.local.StoreSettings;
import io.darkroom.cli.local.TemporaryFolder;
import io.darkroom.cli.terminal.StageDisplay;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.Envelope;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One job of one stage from flags: made, submitted, waited for, its pictures fetched. */
public final class Generation {
    private static final String POOL = "generate";
    private static final URI EXAMPLE_OUTPUT = URI.create("s3://renders/");

    private final String model;
    private final Optional<String> image;
    private final Optional<String> mask;
    private final Map<String, String> embeds;
    private final List<NamedAdapter> adapters;
    private final List<NamedControlNet> controlNets;
    private final StageParameters parameters;
    private final OutputFiles out;
    private final CollectedFiles collected;
    private final Terminal terminal;
    private final CatalogueNames names;

    /**
     * Nothing is read or sent yet.
     *
     * @param image a file or URI to start from
     * @param mask the same, of the mask; only with an image
     * @param embeds the same, of encoded prompts, by the names of the request's fields
     * @param adapters what is added to the model
     * @param controlNets beside the model
     * @param collected what is made of the pictures together
     */
    public Generation(
            String model,
            Optional<String> image,
            Optional<String> mask,
            Map<String, String> embeds,
            List<NamedAdapter> adapters,
            List<NamedControlNet> controlNets,
            StageParameters parameters,
            OutputFiles out,
            CollectedFiles collected,
            Terminal terminal) {
        this.collected = collected;
        this.model = model;
        this.image = image;
        this.mask = mask;
        this.embeds = embeds;
        this.adapters = List.copyOf(adapters);
        this.controlNets = List.copyOf(controlNets);
        this.parameters = parameters;
        this.out = out;
        this.terminal = terminal;
        this.names = new CatalogueNames(Stream.of(
                        Stream.of(model),
                        controlNets.stream().map(NamedControlNet::model),
                        adapters.stream().map(NamedAdapter::model))
                .flatMap(Function.identity())
                .toList());
    }

    /** Prints the request instead of sending it. */
    public int printJob(Optional<URI> outputUri) {
        StageKind kind = image.isPresent() ? StageKind.IMG2IMG : StageKind.TEXT2IMG;
        terminal.line(Json.pretty(
                document(kind, names.of(model), named(Generation::asUri), outputUri.orElse(EXAMPLE_OUTPUT))));
        return ExitCode.OK;
    }

    /** On a system that runs somewhere. */
    public int onCluster(ClusterSettings settings, Topics topics, StoreSettings stores, URI outputUri) {
        requireOwnNames();
        try (Cluster cluster = Cluster.connect(settings, topics).requireTopics();
                ObjectStores store = stores.reading(outputUri).open()) {
            Catalogue catalogue = Catalogue.read(cluster);
            ModelEntry entry = catalogue
                    .find(model)
                    .orElseThrow(() -> CommandFailure.job(
                            "the catalogue has no model " + model + "; it has: " + catalogue.names()));
            return run(cluster, store, entry, named(Generation::asUri), outputUri);
        }
    }

    /** A catalogue of other people knows these by the name that they were imported with; which of them would be meant is anybody's guess. */
    private void requireOwnNames() {
        adapters.stream()
                .map(NamedAdapter::model)
                .filter(file -> !names.isOwn(file))
                .findFirst()
                .ifPresent(file -> {
                    throw CommandFailure.usage(
                            file
                                    + ": another one has this name, so the catalogue cannot tell them apart; import"
                                    + " each with `darkroom models import FILE --name NAME`, and give these names",
                            null);
                });
    }

    /** On a system that lives as long as this job. */
    public int inThisProcess(Optional<Path> models, String device) throws InterruptedException {
        Path folder = modelFolder(models);
        try (TemporaryFolder data = TemporaryFolder.make("darkroom-generate");
                LocalSystem system = LocalSystem.start(data.path())) {
            ModelEntry entry = system.importModel(folder, names.of(model), POOL);
            List<Path> folders = new ArrayList<>(List.of(folder));
            for (NamedControlNet net : controlNets) {
                folders.add(net.folder(models));
                system.importModel(net.folder(models), names.of(net.model()), POOL);
            }
            for (NamedAdapter adapter : adapters) {
                Path file = adapter.file(models);
                folders.add(file);
                adapter.importInto(system, file, names.of(adapter.model()), POOL);
            }
            system.startWorker(POOL, folders.stream().distinct().toList(), 1, device);
            return run(system.cluster(), system.store(), entry, named(system::place), system.outputUri());
        }
    }

    /** Where workers find what the user named. */
    private record Named(
            Optional<String> input,
            Optional<String> mask,
            Map<String, String> embeds,
            List<NamedControlNet> controlNets) {}

    private Named named(UnaryOperator<String> placed) {
        Map<String, String> placedEmbeds = new LinkedHashMap<>();
        embeds.forEach((field, file) -> placedEmbeds.put(field, placed.apply(file)));
        return new Named(
                image.map(placed),
                mask.map(placed),
                placedEmbeds,
                controlNets.stream().map(net -> net.placed(placed)).toList());
    }

    private int run(Cluster cluster, ObjectStore store, ModelEntry entry, Named named, URI outputUri) {
        StageKind kind = kind(entry);
        ObjectNode job = document(kind, entry.name(), named, outputUri);
        String id = job.path("id").asText();
        try (JobClient client = new JobClient(cluster);
                JobFollower follower = JobFollower.fromNow(cluster, Envelope.DEFAULT_TENANT, id)) {
            client.submit(Json.write(job), true);
            StageDisplay display = StageNames.announce(new StageDisplay(terminal), Json.write(job));
            JobResult result = JobClient.awaitResult(follower, display);
            return finish(result, store);
        }
    }

    private int finish(JobResult result, ObjectStore store) {
        if (result.status() != JobResult.Status.SUCCEEDED) {
            throw CommandFailure.job(
                    result.error().map(error -> error.message()).orElse("the job ended " + result.status()));
        }
        result.stages().stream()
                .flatMap(stage -> stage.warnings().stream())
                .forEach(warning -> terminal.remark("note: " + warning));
        new PictureFiles(store)
                .write(result.images(), collected.files(result.images(), out))
                .forEach(file -> terminal.line(file.toString()));
        return ExitCode.OK;
    }

    private StageKind kind(ModelEntry entry) {
        boolean upscaler = entry.kinds().equals(List.of(StageKind.UPSCALE));
        if (upscaler && image.isEmpty()) {
            throw CommandFailure.job(model + " is an upscaler, so it needs --image");
        }
        if (!upscaler && parameters.prompt().isEmpty() && !embeds.containsKey("prompt_embeds")) {
            throw CommandFailure.job(model + " draws what a prompt says, so it needs --prompt");
        }
        if (upscaler) {
            return StageKind.UPSCALE;
        }
        return image.isPresent() ? StageKind.IMG2IMG : StageKind.TEXT2IMG;
    }

    private ObjectNode document(StageKind kind, String modelName, Named named, URI outputUri) {
        ObjectNode job = JobDocument.of(
                JobIds.next("generate"),
                kind,
                modelName,
                named.input(),
                named.mask(),
                named.embeds(),
                parameters,
                outputUri.toString(),
                out.format().orElse("png"));
        JobDocument.addControlNets(job, named.controlNets(), names);
        adapters.forEach(adapter -> adapter.write(JobDocument.stage(job), names));
        collected.addTo(job);
        return job;
    }

    private Path modelFolder(Optional<Path> models) {
        Path folder = Path.of(model);
        return ModelFolders.isModel(folder)
                ? folder
                : BundledModels.locate(models).require(model);
    }

    private static String asUri(String text) {
        return text.contains("://")
                ? text
                : Path.of(text).toAbsolutePath().toUri().toString();
    }
}
