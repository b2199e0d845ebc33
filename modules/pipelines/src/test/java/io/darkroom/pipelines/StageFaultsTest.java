package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.darkroom.diffusion.random.TorchGenerator;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.ModelFolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user did wrong is said in the words of the request, before the device is touched. */
class StageFaultsTest {
    private static final Prompt PROMPT = Prompt.of("a red fox");
    private static final Sampling SAMPLING = Sampling.of(4, 5);
    private static final Seeds SEED = Seeds.of(1);

    private static Device device;
    private static Pipelines pipelines;
    private static ModelFolder model;
    private static ModelFolder otherModel;

    @BeforeAll
    static void open() throws Exception {
        device = Device.open(DeviceConfig.cpu());
        pipelines = new Pipelines(device, new PipelineLimits(256 * 256, 4, 50));
        model = ModelFolder.open(Checkpoints.folder("sd-factor8"));
        otherModel = ModelFolder.open(Checkpoints.folder("sd-factor4"));
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @Test
    void strengthOutsideItsRange() {
        assertThat(fault(img2img(1.4), image(48, 48))).hasMessage("strength: 1.4 is outside 0..1");
        assertThat(fault(img2img(-0.1), image(48, 48))).hasMessage("strength: -0.1 is outside 0..1");
        assertThat(fault(img2img(Double.NaN), image(48, 48))).hasMessage("strength: NaN is outside 0..1");
    }

    @Test
    void strengthThatLeavesNoStep() {
        assertThat(fault(img2img(0.2), image(48, 48)))
                .hasMessage("strength: 0.2 of 4 steps leaves none to run; give at least 0.25, or more"
                        + " num_inference_steps");
    }

    @Test
    void moreLayersLeftOutThanThereAre() {
        Prompt prompt = new Prompt("a fox", Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.of(3));
        StageCall call =
                new StageCall.Text2Img(model, prompt, SAMPLING, SEED, 1, OptionalInt.of(48), OptionalInt.of(48));
        assertThat(fault(call)).hasMessage("clip_skip: 3 is outside 0..2, since the text encoder has 2 layers");
    }

    @Test
    void sizesThatTheModelCannotMake() {
        assertThat(fault(text2img(OptionalInt.of(50), OptionalInt.of(48))))
                .hasMessage("width: 50 is no multiple of 8, which this model needs; the nearest is 48");
        assertThat(fault(text2img(OptionalInt.of(48), OptionalInt.of(-8)))).hasMessageStartingWith("height: -8");
        assertThat(fault(text2img(OptionalInt.of(512), OptionalInt.of(512))))
                .hasMessage("width: 262144 pixels are more than the 65536 allowed for one picture");
    }

    @Test
    void anInputPictureWhoseLatentsTheExportedNetworkCannotHalve() throws Exception {
        ModelFolder upscaler = ModelFolder.open(Checkpoints.folder("latent-upscaler"));
        assertThat(fault(new StageCall.LatentUpscale(upscaler, PROMPT, SAMPLING, SEED), image(36, 48)))
                .hasMessage("image: 36x48 pixels; this model's exported network needs width and height"
                        + " to be multiples of 8, such as 40x48");
    }

    @Test
    void stepsOutsideTheirRange() {
        assertThat(fault(text2img(Sampling.of(-3, 5), SEED, 1))).hasMessage("num_inference_steps: -3 is outside 1..50");
        assertThat(fault(text2img(Sampling.of(51, 5), SEED, 1))).hasMessage("num_inference_steps: 51 is outside 1..50");
    }

    @Test
    void guidanceAndEtaThatAreNoNumbers() {
        assertThat(fault(text2img(Sampling.of(4, Double.NaN), SEED, 1)))
                .hasMessage("guidance_scale: NaN is no finite number");
        assertThat(fault(text2img(new Sampling(4, 5, 1.5, Optional.empty(), Map.of()), SEED, 1)))
                .hasMessage("eta: 1.5 is outside 0..1");
    }

    @Test
    void aSchedulerThatDoesNotExist() {
        assertThat(fault(text2img(SAMPLING.withScheduler("FlowMatch", Map.of()), SEED, 1)))
                .hasMessageStartingWith("scheduler: FlowMatch is not supported")
                .hasMessageContaining("EulerDiscreteScheduler");
    }

    @Test
    void anOptionThatTheSchedulerDoesNotHave() {
        StageException fault =
                fault(text2img(SAMPLING.withScheduler("EulerDiscreteScheduler", Map.of("karras", true)), SEED, 1));
        assertThat(fault)
                .hasMessageStartingWith("scheduler_options.karras: ")
                .hasMessageContaining("use_karras_sigmas");
        assertThat(fault.field()).contains("scheduler_options.karras");
    }

    @Test
    void aSamplerThatNeedsAnotherPredictionThanTheModels() {
        Map<String, Object> options = Map.of("rescale_betas_zero_snr", true, "timestep_spacing", "trailing");
        assertThat(fault(text2img(SAMPLING.withScheduler("TCDScheduler", options), SEED, 1)))
                .hasMessageStartingWith("scheduler_options.rescale_betas_zero_snr: leaves no signal");
        assertThat(fault(text2img(
                        SAMPLING.withScheduler("DDPMScheduler", Map.of("variance_type", "learned_range")), SEED, 1)))
                .hasMessageStartingWith("scheduler_options.variance_type: a learned variance is wanted");
    }

    @Test
    void seedsThatAreNotOnePerPicture() {
        assertThat(fault(text2img(SAMPLING, new Seeds.PerImage(List.of(1L, 2L)), 3)))
                .hasMessage("seed: 2 seeds for 3 pictures; give one seed, or one per picture");
    }

    @Test
    void tooManyPictures() {
        assertThat(fault(text2img(SAMPLING, SEED, 5)))
                .hasMessage("num_images_per_prompt: 5 pictures are outside 1..4 for one stage");
        assertThat(fault(text2img(SAMPLING, SEED, 0))).hasMessageStartingWith("num_images_per_prompt: 0");
    }

    @Test
    void anInputThatIsMissingOrUnasked() {
        assertThat(catchThrowableOfType(
                        StageException.class,
                        () -> pipelines.run(img2img(0.5), Optional.empty(), StageListener.SILENT)))
                .hasMessageStartingWith("input: img2img starts from a picture");
        assertThat(fault(text2img(SAMPLING, SEED, 1), image(48, 48)))
                .hasMessageStartingWith("input: text2img takes none");
    }

    @Test
    void aModelThatCannotDoTheStage() {
        assertThat(fault(new StageCall.LatentUpscale(model, PROMPT, SAMPLING, SEED), image(48, 48)))
                .hasMessageStartingWith("model: upscale needs a model of the family LATENT_UPSCALE");
    }

    @Test
    void latentsOfAnotherVae() throws Exception {
        Picture foreign = new Picture.Latents(new TorchGenerator(1).randn(1, 4, 6, 6), otherModel.vaeDigest());
        assertThat(fault(img2img(0.5), foreign))
                .hasMessageContaining(otherModel.vaeDigest())
                .hasMessageContaining(model.vaeDigest())
                .hasMessageContaining("decode them with their own model");
    }

    @Test
    void latentsThatAreNone() throws Exception {
        String digest = model.vaeDigest();
        assertThat(fault(img2img(0.5), new Picture.Latents(Tensor.zeros(1, 3, 6, 6), digest)))
                .hasMessageContaining("must be [n, 4, h, w]");
        ModelFolder upscaler = ModelFolder.open(Checkpoints.folder("latent-upscaler"));
        Picture odd = new Picture.Latents(Tensor.zeros(1, 4, 5, 6), upscaler.vaeDigest());
        assertThat(fault(new StageCall.LatentUpscale(upscaler, PROMPT, SAMPLING, SEED), odd))
                .hasMessageContaining("multiples of 2");
        Tensor holes = Tensor.zeros(1, 4, 6, 6).map(zero -> Float.NaN);
        assertThat(fault(img2img(0.5), new Picture.Latents(holes, digest)))
                .hasMessage("input: the latents hold values that are no numbers");
    }

    @Test
    void aPictureSmallerThanOneLatent() {
        assertThat(fault(img2img(0.5), image(5, 48))).hasMessageStartingWith("image: 5x48 is too small");
    }

    private static StageException fault(StageCall call) {
        return failure(call, Optional.empty());
    }

    private static StageException fault(StageCall call, Picture input) {
        return failure(call, Optional.of(input));
    }

    private static StageException failure(StageCall call, Optional<Picture> input) {
        StageException fault =
                catchThrowableOfType(StageException.class, () -> pipelines.run(call, input, StageListener.SILENT));
        assertThat(fault).isNotNull();
        assertThat(fault.kind()).isEqualTo(StageException.Kind.USER);
        return fault;
    }

    private static Picture image(int width, int height) {
        return new Picture.Images(List.of(RgbImage.black(width, height)));
    }

    private static StageCall img2img(double strength) {
        return new StageCall.Img2Img(model, PROMPT, SAMPLING, SEED, 1, strength);
    }

    private static StageCall text2img(OptionalInt width, OptionalInt height) {
        return new StageCall.Text2Img(model, PROMPT, SAMPLING, SEED, 1, width, height);
    }

    private static StageCall text2img(Sampling sampling, Seeds seeds, int images) {
        return new StageCall.Text2Img(model, PROMPT, sampling, seeds, images, OptionalInt.of(48), OptionalInt.of(48));
    }
}
