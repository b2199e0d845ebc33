package io.darkroom.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.ModelFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stages that share a device, follow each other, or end early. */
class StagesTogetherTest {
    /** Largest difference of a latent that batching may make; these latents reach a few tens. */
    private static final float ROUNDING = 2e-3f;

    private static Device device;
    private static Pipelines pipelines;
    private static ModelFolder model;

    @BeforeAll
    static void open() throws Exception {
        device = Device.open(DeviceConfig.cpu());
        pipelines = new Pipelines(device);
        model = ModelFolder.open(Checkpoints.folder("sd-factor8"));
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @Test
    void jobsThatRunTogetherGiveThePicturesTheyGiveAlone() throws Exception {
        List<StageCall> calls = List.of(
                text2img("a red fox", 1, Sampling.of(12, 5)),
                text2img("a blue cat", 2, Sampling.of(7, 1)),
                text2img("a castle", 3, Sampling.of(9, 7.5).withScheduler("EulerDiscreteScheduler", Map.of())),
                text2img("a tree", 4, Sampling.of(10, 3).withScheduler("EulerAncestralDiscreteScheduler", Map.of())));
        List<StageOutcome> alone = new ArrayList<>();
        for (StageCall call : calls) {
            alone.add(pipelines.run(call, Optional.empty(), StageListener.SILENT));
        }
        List<Future<StageOutcome>> together = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(calls.size())) {
            for (StageCall call : calls) {
                together.add(threads.submit(() -> pipelines.run(call, Optional.empty(), StageListener.SILENT)));
            }
            for (int i = 0; i < calls.size(); i++) {
                Picture.Latents latents = together.get(i).get().latents();
                assertThat(Differences.largest(
                                latents.scaledLatents(), alone.get(i).latents().scaledLatents()))
                        .isLessThan(ROUNDING);
                assertThat(Differences.largest(
                                pixels(latents), pixels(alone.get(i).latents())))
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameLatentsBitForBit() throws Exception {
        Tensor first = latentsOf(text2img("a red fox", 9, Sampling.of(5, 5)));
        assertThat(latentsOf(text2img("a red fox", 9, Sampling.of(5, 5))).data())
                .isEqualTo(first.data());
        assertThat(latentsOf(text2img("a red fox", 10, Sampling.of(5, 5))).data())
                .isNotEqualTo(first.data());
    }

    @Test
    void latentsGoFromStageToStageWithoutPixels() throws Exception {
        StageOutcome draft =
                pipelines.run(text2img("a red fox", 1, Sampling.of(5, 5)), Optional.empty(), StageListener.SILENT);
        StageOutcome styled = pipelines.run(
                new StageCall.Img2Img(model, Prompt.of("comic"), Sampling.of(5, 5), Seeds.of(2), 1, 0.6),
                Optional.of(draft.latents()),
                StageListener.SILENT);
        assertThat(styled.latents().scaledLatents().shape()).containsExactly(1, 4, 6, 6);
        assertThat(styled.latents().vaeDigest()).isEqualTo(model.vaeDigest());
        assertThat(styled.warnings()).isEmpty();
    }

    @Test
    void pixelsGoToAModelWithAnotherVae() throws Exception {
        ModelFolder other = ModelFolder.open(Checkpoints.folder("sd-factor4"));
        Picture.Latents latents = pipelines
                .run(text2img("a red fox", 1, Sampling.of(3, 5)), Optional.empty(), StageListener.SILENT)
                .latents();
        Decoded decoded = pipelines.decode(model, latents);
        Encoded encoded = pipelines.encode(other, decoded.images(), Seeds.of(3));
        assertThat(encoded.latents().vaeDigest()).isEqualTo(other.vaeDigest());
        assertThat(encoded.latents().scaledLatents().shape()).containsExactly(1, 4, 12, 12);
        assertThat(pipelines
                        .encode(other, decoded.images(), Seeds.of(3))
                        .latents()
                        .scaledLatents()
                        .data())
                .isEqualTo(encoded.latents().scaledLatents().data());
    }

    @Test
    void everyStepIsReportedOnce() throws Exception {
        List<String> steps = new ArrayList<>();
        StageOutcome outcome = pipelines.run(
                text2img("a red fox", 1, Sampling.of(4, 5)), Optional.empty(), listener(steps, Integer.MAX_VALUE));
        // PNDM calls the network once more than it has steps
        assertThat(steps).containsExactly("1/5", "2/5", "3/5", "4/5", "5/5");
        assertThat(outcome.timings().denoiseNanos()).isPositive();
        assertThat(outcome.timings().deviceNanos())
                .isPositive()
                .isLessThanOrEqualTo(outcome.timings().wallNanos());
    }

    @Test
    void aCancelledStageEndsAtTheNextStep() {
        List<String> steps = new ArrayList<>();
        assertThatThrownBy(() -> pipelines.run(
                        text2img("a red fox", 1, Sampling.of(40, 5)), Optional.empty(), listener(steps, 3)))
                .isInstanceOf(StageCancelledException.class);
        assertThat(steps).hasSize(3);
    }

    @Test
    void anInterruptedCallerLeavesTheBatch() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicInteger steps = new AtomicInteger();
        StageListener listener = new StageListener() {
            @Override
            public void onStep(int done, int of) {
                steps.set(done);
                started.countDown();
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                pipelines.run(text2img("a red fox", 1, Sampling.of(900, 5)), Optional.empty(), listener);
            } catch (InterruptedException | StageException | StageCancelledException e) {
                Thread.currentThread().interrupt();
            } finally {
                started.countDown();
            }
        });
        started.await();
        caller.interrupt();
        caller.join();
        // another stage runs to its end, by which time the first must have left
        latentsOf(text2img("a cat", 1, Sampling.of(3, 5)));
        int left = steps.get();
        latentsOf(text2img("a cat", 1, Sampling.of(3, 5)));
        assertThat(steps.get()).isEqualTo(left).isLessThan(901);
    }

    @Test
    void aListenerThatThrowsEndsItsOwnStageOnly() throws Exception {
        StageListener broken = new StageListener() {
            @Override
            public void onStep(int done, int of) {
                throw new IllegalStateException("listener");
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
        assertThatThrownBy(() -> pipelines.run(text2img("a fox", 1, Sampling.of(4, 5)), Optional.empty(), broken))
                .isInstanceOfSatisfying(
                        StageException.class,
                        fault -> assertThat(fault.kind()).isEqualTo(StageException.Kind.INTERNAL));
        assertThat(latentsOf(text2img("a fox", 1, Sampling.of(4, 5))).isFinite())
                .isTrue();
    }

    private static StageListener listener(List<String> steps, int cancelAfter) {
        return new StageListener() {
            @Override
            public void onStep(int done, int of) {
                steps.add(done + "/" + of);
            }

            @Override
            public boolean cancelled() {
                return steps.size() >= cancelAfter;
            }
        };
    }

    private static StageCall text2img(String prompt, long seed, Sampling sampling) {
        return new StageCall.Text2Img(
                model, Prompt.of(prompt), sampling, Seeds.of(seed), 1, OptionalInt.of(48), OptionalInt.of(48));
    }

    private static Tensor latentsOf(StageCall call) throws Exception {
        return pipelines
                .run(call, Optional.empty(), StageListener.SILENT)
                .latents()
                .scaledLatents();
    }

    private static RgbImage pixels(Picture.Latents latents) throws Exception {
        return pipelines.decode(model, latents).images().images().getFirst();
    }
}
