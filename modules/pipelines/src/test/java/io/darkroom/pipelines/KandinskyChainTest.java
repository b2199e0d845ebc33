package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.PriorFolder;
import io.darkroom.inference.model.ServedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kandinsky's prior and decoder as two stages of two models, which need not be in one worker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KandinskyChainTest {
    private Device device;
    private Pipelines pipelines;
    private PriorFolder prior;
    private ModelFolder decoder;

    static List<GoldenCase> cases() throws IOException {
        return GoldenCase.chained();
    }

    @BeforeAll
    void open(@TempDir Path scratch) throws Exception {
        device = Device.open(DeviceConfig.cpu());
        pipelines = new Pipelines(device);
        prior = PriorFolder.open(Checkpoints.kandinskyPrior(scratch.resolve("prior")));
        decoder = ModelFolder.open(Checkpoints.kandinskyDecoder(scratch.resolve("decoder")));
    }

    @AfterAll
    void close() {
        device.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thePictureIsTheOneThatDiffusersMakes(GoldenCase golden) throws Exception {
        Picture.Embeddings made =
                pipelines.prior(golden.priorCall(prior), StageListener.SILENT).embeddings();
        StageOutcome outcome = decode(golden, decoder, made);

        assertThat(Differences.largest(made.wanted(), golden.expectedEmbeds("image_embeds")))
                .isLessThan(1e-4f);
        assertThat(Differences.largest(made.unwanted(), golden.expectedEmbeds("negative_image_embeds")))
                .isLessThan(1e-4f);
        List<RgbImage> images =
                pipelines.decode(decoder, outcome.latents()).images().images();
        List<RgbImage> expected = golden.expectedImages();
        assertThat(images).hasSameSizeAs(expected);
        for (int i = 0; i < images.size(); i++) {
            assertThat(Differences.largest(images.get(i), expected.get(i))).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aModelThatHoldsBothGivesTheSameInEitherPlace() throws Exception {
        ModelFolder both = ModelFolder.open(Checkpoints.folder("kandinsky"));
        GoldenCase golden = cases().getFirst();
        Picture.Embeddings alone =
                pipelines.prior(golden.priorCall(prior), StageListener.SILENT).embeddings();
        Picture.Embeddings within =
                pipelines.prior(golden.priorCall(both), StageListener.SILENT).embeddings();

        assertThat(within.wanted().data()).isEqualTo(alone.wanted().data());
        assertThat(decode(golden, both, within).latents().scaledLatents().data())
                .isEqualTo(
                        decode(golden, decoder, alone).latents().scaledLatents().data());
    }

    @Test
    void theFoldersAreToldApart() throws Exception {
        assertThat(ServedModel.open(prior.path())).isInstanceOf(PriorFolder.class);
        assertThat(decoder.family()).isEqualTo(ModelFamily.KANDINSKY_DECODER);
        assertThat(decoder.texts()).isEmpty();
    }

    @Test
    void aDecoderAloneNeedsEmbeddings() throws Exception {
        GoldenCase golden = GoldenCase.named("kandinsky-text2img-basic");
        StageCall call = golden.kandinskyCallWithPrompt(decoder);
        assertThatThrownBy(() -> pipelines.run(call, Optional.empty(), StageListener.SILENT))
                .isInstanceOf(StageException.class)
                .hasMessage("image_embeds: is missing: the model is a decoder alone; name a prior's stage");
    }

    @Test
    void aModelWithoutAPriorMakesNoEmbeddings() throws Exception {
        PriorCall call = cases().getFirst().priorCall(decoder);
        assertThatThrownBy(() -> pipelines.prior(call, StageListener.SILENT))
                .isInstanceOf(StageException.class)
                .hasMessage("model: a prior stage needs a Kandinsky model with a prior, this one is KANDINSKY_DECODER");
    }

    @Test
    void embeddingsOfAnotherPriorAreRefusedByTheirWidth() throws Exception {
        GoldenCase golden = cases().getFirst();
        var narrow = new Picture.Embeddings(Tensor.zeros(1, 24), Tensor.zeros(1, 24));
        assertThatThrownBy(() -> decode(golden, decoder, narrow))
                .isInstanceOf(StageException.class)
                .hasMessage("image_embeds: the prior makes embeddings of 24 numbers, this decoder takes 32;"
                        + " name a prior that belongs to it");
    }

    @Test
    void thereIsOneEmbeddingForEachPicture() throws Exception {
        GoldenCase golden = named("kandinsky-chained-img2img");
        var two = new Picture.Embeddings(Tensor.zeros(2, 32), Tensor.zeros(2, 32));
        assertThatThrownBy(() -> decode(golden, decoder, two))
                .isInstanceOf(StageException.class)
                .hasMessage("image_embeds: 2 embeddings for 1 pictures; there must be one for each");
    }

    private static GoldenCase named(String name) throws IOException {
        return cases().stream()
                .filter(golden -> golden.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private StageOutcome decode(GoldenCase golden, ModelFolder model, Picture.Embeddings made) throws Exception {
        return pipelines.run(golden.decoderCall(model, made), golden.input(model), StageListener.SILENT);
    }
}
