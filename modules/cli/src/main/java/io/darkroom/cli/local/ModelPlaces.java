package io.darkroom.cli.local;

import io.darkroom.artifacts.model.ModelCache;
import io.darkroom.artifacts.model.ModelSupply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a worker has its models from.
 *
 * @param folders models of this machine
 * @param stores to pull from; empty if there are none
 */
public record ModelPlaces(List<Path> folders, ModelStores stores, ModelCache cache) implements AutoCloseable {

    /**
     * @param named model folders, folders of such, names of bundled models, and stores; without any, all bundled models
     */
    public static ModelPlaces of(List<String> named, S3Settings s3, ModelCache cache) {
        List<String> stores = named.stream().filter(ModelStores::isStore).toList();
        List<Path> folders = named.stream()
                .filter(place -> !stores.contains(place))
                .map(BundledModels.standard()::resolve)
                .toList();
        List<Path> models = named.isEmpty() ? BundledModels.standard().all() : ModelFolders.in(folders);
        return new ModelPlaces(models, ModelStores.open(stores, s3), cache);
    }

    /** Empty where there is nothing to pull from. */
    public Optional<ModelSupply> supply() {
        return stores.all().isEmpty() ? Optional.empty() : Optional.of(new ModelSupply(stores.all(), cache));
    }

    /** For people. */
    String describe() {
        List<String> names =
                new ArrayList<>(folders.stream().map(ModelFolders::name).toList());
        stores.all().forEach(store -> names.add("what " + store.prefix() + " has"));
        return String.join(", ", names);
    }

    @Override
    public void close() {
        stores.close();
    }
}
