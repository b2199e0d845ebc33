package io.darkroom.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.artifacts.model.LocalFiles;
import io.darkroom.artifacts.model.ModelCache;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.contract.catalogue.ModelEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of a store, on one in a folder. */
class StoredModelsTest {
    private static final S3Settings NO_S3 = new S3Settings(Optional.empty(), "us-east-1", Optional.empty());

    @TempDir
    private Path folder;

    private final StringWriter said = new StringWriter();
    private ModelStores stores;
    private StoredModels stored;

    @BeforeEach
    void open() {
        stores = ModelStores.open(List.of(folder.resolve("shelf").toString()), NO_S3);
        stored = new StoredModels(
                stores.one(), new Terminal(new PrintWriter(said), new PrintWriter(said), false, false));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private LocalFiles sent(String name) throws Exception {
        LocalFiles files = StoredModels.files(Files.writeString(folder.resolve(name + ".safetensors"), name));
        stored.send(files, name);
        return files;
    }

    @Test
    void aWholeStoreIsVerified() throws Exception {
        String cat = sent("cat").model().digest();
        String dog = sent("dog").model().digest();

        stored.verify(List.of());
        assertThat(said.toString()).contains(cat + ": whole", dog + ": whole");
        assertThatThrownBy(() -> stored.verify(List.of("0".repeat(8))))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no model whose digest begins with 00000000");
    }

    @Test
    void aBrokenModelIsNamedAndTheOthersAreReadNonetheless() throws Exception {
        String cat = sent("cat").model().digest();
        String dog = sent("dog").model().digest();
        Files.writeString(folder.resolve("shelf/blobs").resolve(cat), "cow");

        assertThatThrownBy(() -> stored.verify(List.of()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("not whole: " + cat.substring(0, 12));
        assertThat(said.toString()).contains(cat + ": cat.safetensors differs", dog + ": whole");
    }

    @Test
    void aRemovedModelIsGoneAndSoAreItsBytes() throws Exception {
        String cat = sent("cat").model().digest();

        stored.remove(cat);

        assertThat(said.toString()).contains("3 B are free");
        assertThat(stores.one().digests()).isEmpty();
        assertThat(folder.resolve("shelf/blobs")).isEmptyDirectory();
    }

    @Test
    void whatOnlyTheStoreHasIsShownBesideTheCatalogue() throws Exception {
        String cat = sent("cat").model().digest();
        String dog = sent("dog").model().digest();
        var catalogue = new Catalogue(List.of(
                ModelEntry.of(ModelEntry.Family.LORA, "cat", cat, "default").build()));

        stored.listBeside(catalogue);

        assertThat(said.toString()).contains(dog, "file", "3 B").doesNotContain(cat);
    }

    @Test
    void aFolderThatIsAStoreIsToldFromAFolderOfModels() throws Exception {
        sent("cat");
        ModelCache cache = new ModelCache(folder.resolve("cache"), 1 << 20, Clock.systemUTC());

        try (ModelPlaces places = ModelPlaces.of(
                List.of(
                        folder.resolve("shelf").toString(),
                        folder.resolve("cat.safetensors").toString()),
                NO_S3,
                cache)) {
            assertThat(places.folders()).containsExactly(folder.resolve("cat.safetensors"));
            assertThat(places.supply())
                    .hasValueSatisfying(supply -> assertThat(supply.stores()).hasSize(1));
        }
        assertThatThrownBy(() -> ModelPlaces.of(List.of("s3://models/"), NO_S3, cache))
                .hasMessageContaining("--s3-endpoint");
    }
}
