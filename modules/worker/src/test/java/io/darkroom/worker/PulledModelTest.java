package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.FileStore;
import io.darkroom.artifacts.model.LocalFiles;
import io.darkroom.artifacts.model.ModelCache;
import io.darkroom.artifacts.model.ModelStore;
import io.darkroom.artifacts.model.ModelSupply;
import io.darkroom.artifacts.model.StoredFile;
import io.darkroom.artifacts.model.Transfer;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker without models of its own, and a store in a folder. */
@ExtendWith(BrokerExtension.class)
class PulledModelTest {

    @TempDir
    Path files;

    private PoolBench bench;
    private FileStore objects;
    private ModelStore store;

    @BeforeEach
    void open(TestBroker broker) {
        bench = new PoolBench(broker, files.resolve("pictures"));
        objects = new FileStore(files.resolve("models"));
        store = new ModelStore(objects, objects.root());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private WorkerConfig withoutModels() {
        WorkerConfig config = bench.config();
        return WorkerConfig.of(
                        config.bootstrapServers(), config.topics(), config.pool(), List.of(), config.handoverPrefix())
                .withDevice(TestModel.device())
                .withSlots(2);
    }

    private void start(long cacheBytes) throws Exception {
        ModelCache cache = new ModelCache(files.resolve("cache"), cacheBytes, Clock.systemUTC());
        bench.start(withoutModels(), Optional.of(new ModelSupply(List.of(store), cache)));
    }

    private LocalFiles stored() throws Exception {
        LocalFiles model = LocalFiles.read(TestModel.folder());
        store.add(model.model(), model::place, Transfer.UNWATCHED);
        return model;
    }

    private WorkItem give(String id) {
        WorkItem item = Items.item(
                        id,
                        files.resolve("pictures"),
                        Items.text2img("draft", 2).build())
                .build();
        bench.give(item);
        return item;
    }

    @Test
    void aModelThatTheCatalogueDoesNotNameIsPulledWhenAJobDoes() throws Exception {
        stored();
        start(1L << 30);
        WorkItem first = give("first");
        WorkItem second = give("second");

        assertThat(bench.awaitDone(first).getImages(0).getArtifact().getSha256())
                .isEqualTo(bench.awaitDone(second).getImages(0).getArtifact().getSha256());
    }

    @Test
    void aModelThatIsNowhereCanBeAskedOfAnotherWorker() throws Exception {
        start(1L << 30);

        assertThat(bench.awaitFailed(give("job"))).satisfies(failed -> {
            assertThat(failed.getErrorCode()).isEqualTo("MODEL_NOT_ON_WORKER");
            assertThat(failed.getMessage()).contains("tiny-emoji").doesNotContain(files.toString());
        });
    }

    @Test
    void aModelWithOtherBytesThanItsListSaysIsNotServed() throws Exception {
        StoredFile file = stored().model().files().getFirst();
        objects.put(URI.create(objects.root() + "blobs/" + file.sha256()), new byte[(int) file.size()], "");
        start(1L << 30);

        assertThat(bench.awaitFailed(give("job"))).satisfies(failed -> {
            assertThat(failed.getErrorCode()).isEqualTo("MODEL_NOT_ON_WORKER");
            assertThat(failed.getMessage()).contains("is not whole in its store");
        });
    }

    @Test
    void aCacheThatIsTooSmallIsSaid() throws Exception {
        stored();
        start(1000);

        assertThat(bench.awaitFailed(give("job")).getMessage()).contains("this worker has no room");
    }
}
