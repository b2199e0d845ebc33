package io.darkroom.inference.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.diffusion.random.TorchGenerator;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.TestModels;
import io.darkroom.inference.batch.DenoisingTask;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.batch.UNetRows;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.text.ClipTokenizer;
import io.darkroom.inference.text.TextRow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeviceTest {
    @Test
    void aShortCallComesInBetweenTheStepsOfALongJob() throws Exception {
        ModelFolder model = TestModels.open();
        try (Device device = Device.open(DeviceConfig.cpu())) {
            ModelNetworks networks = device.networks(model);
            networks.loadAll();
            Endless endless = new Endless(networks.unet(), model);
            CompletableFuture<Void> done = device.join(endless);
            endless.started.await();
            // returns although the job never ends by itself
            var tokens = networks.tokenizer(0).encode("a red fox");
            assertThat(networks.textEncoder(0)
                            .lastNormed(List.of(tokens))
                            .value()
                            .hidden()
                            .shape())
                    .startsWith(1, 77);
            assertThat(done).isNotDone();
            endless.enough.set(true);
            done.get();
        }
    }

    @Test
    void closingEndsWhatIsRunningWithAnError() throws Exception {
        ModelFolder model = TestModels.open();
        Device device = Device.open(DeviceConfig.cpu());
        Endless endless = new Endless(device.networks(model).unet(), model);
        CompletableFuture<Void> done = device.join(endless);
        endless.started.await();
        device.close();
        assertThatThrownBy(done::get).isInstanceOf(ExecutionException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> device.join(endless).get()).hasMessageContaining("closed");
    }

    @Test
    void aFaultInACallReachesItsCallerAndTheDeviceGoesOn() throws Exception {
        ModelFolder model = TestModels.open();
        try (Device device = Device.open(DeviceConfig.cpu())) {
            Vae decoder = device.networks(model).vaeDecoder();
            assertThatThrownBy(() -> decoder.run(Tensor.zeros(1, 3, 8, 8))).isInstanceOf(DeviceException.class);
            assertThat(decoder.run(Tensor.zeros(1, 4, 8, 8)).value().shape()).containsExactly(1, 3, 64, 64);
        }
    }

    @Test
    void aTextEncoderThatDoesNotShowItsLayersSaysWhichOutputsAreMissing() throws Exception {
        try (Device device = Device.open(DeviceConfig.cpu())) {
            ModelNetworks networks = device.networks(TestModels.open());
            List<TextRow> rows =
                    List.of(TextRow.of(networks.tokenizer(0).encode("a fox").ids()));
            TextEncoder encoder = networks.textEncoder(0);
            for (int skipped = 0; skipped < 2; skipped++) {
                TextEncoder.Layer layer = new TextEncoder.Layer.BeforeLast(skipped);
                assertThatThrownBy(() -> encoder.states(layer, rows, Optional.empty()))
                        .isInstanceOf(DeviceException.class)
                        .hasMessageStartingWith("the text encoder must give hidden_states.0 and on, but gives [");
            }
        }
    }

    @Test
    void theUsualExportTakesATimestepPerRow() throws Exception {
        try (Device device = Device.open(DeviceConfig.cpu())) {
            assertThat(device.networks(TestModels.open()).unet().takesTimestepPerRow())
                    .isTrue();
        }
    }

    @Test
    void modelsWithTheSameTokenizerFilesShareOneAndOthersDoNot() throws Exception {
        Path bundled = Path.of("../models/target/bundled");
        try (Device device = Device.open(DeviceConfig.cpu())) {
            ClipTokenizer tokenizer = device.networks(ModelFolder.open(bundled.resolve("tiny-emoji")))
                    .tokenizer(0);
            assertThat(device.networks(ModelFolder.open(bundled.resolve("tiny-comic")))
                            .tokenizer(0))
                    .isSameAs(tokenizer);
            assertThat(device.networks(TestModels.open()).tokenizer(0)).isNotSameAs(tokenizer);
        }
    }

    @Test
    @Timeout(60)
    void whatIsLoadedAheadIsThereBeforeAnybodyAsksForIt() throws Exception {
        try (Device device = Device.open(DeviceConfig.cpu())) {
            device.networks(TestModels.open()).loadAhead();
            int textEncoderAndUNet = 2;
            while (device.openNetworks() < textEncoderAndUNet) {
                Thread.sleep(10);
            }
        }
    }

    /** Runs until told that it is enough. */
    private static final class Endless implements DenoisingTask {
        final CountDownLatch started = new CountDownLatch(1);
        final AtomicBoolean enough = new AtomicBoolean();
        private final UNetRows rows;

        Endless(UNet unet, ModelFolder model) throws Exception {
            TorchGenerator random = new TorchGenerator(1);
            int width = (int) model.unet().input("encoder_hidden_states").dimension(2);
            this.rows = new UNetRows(
                    unet, random.randn(1, 4, 8, 8), 500, Map.of("encoder_hidden_states", random.randn(1, 77, width)));
        }

        @Override
        public UNetRows next() {
            return rows;
        }

        @Override
        public void accept(Tensor prediction, long deviceNanos) {
            started.countDown();
        }

        @Override
        public boolean finished() {
            return enough.get();
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
