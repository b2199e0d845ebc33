package io.darkroom.cli.local;

import io.darkroom.artifacts.FileStore;
import io.darkroom.artifacts.ObjectStores;
import io.darkroom.artifacts.StoreConfig;
import io.darkroom.artifacts.model.ModelStore;
import io.darkroom.cli.CommandFailure;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Stores of models as an operator named them, open. */
public final class ModelStores implements AutoCloseable {
    private static final String S3 = "s3://";
    private static final String FILE = "file://";

    private final List<ModelStore> stores = new ArrayList<>();
    private final List<ObjectStores> objects = new ArrayList<>();

    private ModelStores() {}

    /** Whether a place of models is a store, and not a folder of models. */
    static boolean isStore(String place) {
        return place.startsWith(S3) || place.startsWith(FILE) || ModelStore.isOne(Path.of(place));
    }

    /**
     * @param places {@code s3://bucket/prefix}, or folders
     */
    public static ModelStores open(List<String> places, S3Settings s3) {
        var opened = new ModelStores();
        for (String place : places) {
            opened.add(place, s3);
        }
        return opened;
    }

    private void add(String place, S3Settings s3) {
        try {
            if (place.startsWith(S3)) {
                ObjectStores store = ObjectStores.open(StoreConfig.s3(s3.config()
                        .orElseThrow(() -> CommandFailure.infrastructure(
                                place + " needs an S3 service; name it with --s3-endpoint URL"))));
                objects.add(store);
                stores.add(new ModelStore(store, URI.create(place.endsWith("/") ? place : place + "/")));
            } else {
                var files = new FileStore(place.startsWith(FILE) ? Path.of(URI.create(place)) : Path.of(place));
                stores.add(new ModelStore(files, files.root()));
            }
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw CommandFailure.infrastructure(
                    place + " is no store of models; name a prefix as in s3://models/, or a folder: " + e.getMessage(),
                    e);
        }
    }

    public List<ModelStore> all() {
        return List.copyOf(stores);
    }

    /** The one that there is. */
    public ModelStore one() {
        return stores.getFirst();
    }

    @Override
    public void close() {
        objects.forEach(ObjectStores::close);
    }
}
