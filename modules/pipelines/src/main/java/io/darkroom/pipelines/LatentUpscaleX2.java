package io.darkroom.pipelines;

import io.darkroom.diffusion.random.NoiseSource;
import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.model.ModelFolder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Latents of twice the size, denoised from noise next to the small latents. diffusers: {@code
 * StableDiffusionLatentUpscalePipeline} (the K-diffusion upscaler of Katherine Crowson). Draws: the
 * posterior if pixels come in, latents {@code [n, channels, 2h, 2w]}, then the sampler's.
 */
final class LatentUpscaleX2 {
    /** The noise level of the small latents, which is none: half ones, half zeros. */
    private static final int NOISE_LEVEL_CHANNELS = 64;

    private LatentUpscaleX2() {}

    static StageOutcome run(StageRun run, StageCall.LatentUpscale call, Picture input, Limits limits)
            throws StageException, StageCancelledException, InterruptedException {
        ModelFolder model = call.model();
        int images = limits.images(input.count());
        Sampler sampler = SamplerChoice.of(model, call.sampling());
        if (sampler.currentSigma().isEmpty()) {
            throw StageException.user(
                    "scheduler",
                    "the latent upscaler is conditioned on sigma; use EulerDiscreteScheduler or"
                            + " EulerAncestralDiscreteScheduler");
        }
        Draws draws = Draws.of(call.seeds(), images);
        boolean guided = call.sampling().guidanceScale() > 1;

        PromptEncoding text = encode(run, call, guided, images);
        Tensor small = small(run, call, input, draws.source(), limits);
        Tensor latents = draws.source()
                .draw(images, model.latentChannels(), small.dimension(2) * 2, small.dimension(3) * 2)
                .times(sampler.initNoiseSigma());
        Denoising.Conditions conditions = new Denoising.Conditions(
                Map.of("encoder_hidden_states", text.hidden(), "timestep_cond", timestepCondition(model, text)),
                guided,
                call.sampling().guidanceScale());
        return run.denoise(new UpscalerPreconditioning(doubled(small)), conditions, sampler, draws.source(), latents);
    }

    /** At a guidance scale of exactly 0 the prompt does not count, as in diffusers. */
    private static PromptEncoding encode(StageRun run, StageCall.LatentUpscale call, boolean guided, int images)
            throws StageException, InterruptedException {
        Prompt prompt = call.sampling().guidanceScale() == 0 ? new Prompt("", Optional.empty()) : call.prompt();
        try {
            PromptEncoding text = PromptEncoding.of(run, prompt, guided, images, PromptEncoding.States.LAST_RAW);
            run.spent(text.deviceNanos());
            return text;
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    /** The input as scaled latents. */
    private static Tensor small(
            StageRun run, StageCall.LatentUpscale call, Picture input, NoiseSource noise, Limits limits)
            throws StageException, InterruptedException {
        return switch (input) {
            case Picture.Embeddings _ -> throw Failures.noPicture();
            case Picture.Latents latents -> {
                LatentSize.require(call.model(), latents, limits, 2);
                yield latents.scaledLatents();
            }
            case Picture.Images(List<RgbImage> images) -> {
                VaeCoding vae = new VaeCoding(run.device(), call.model());
                List<RgbImage> fitted = vae.fit(images, VaeCoding.Resampling.BICUBIC, run.warnings());
                LatentSize.ofImage(call.model(), fitted.getFirst(), limits, 2);
                Timed<Tensor> moments = vae.moments(fitted);
                run.spent(moments.deviceNanos());
                yield vae.draw(moments.value(), noise);
            }
        };
    }

    /** Each value becomes a square of four. */
    private static Tensor doubled(Tensor small) {
        int height = small.dimension(2);
        int width = small.dimension(3);
        Tensor large = Tensor.zeros(small.rows(), small.dimension(1), height * 2, width * 2);
        for (int i = 0; i < large.size(); i++) {
            int x = i % (width * 2);
            int y = i / (width * 2) % (height * 2);
            int plane = i / (width * height * 4);
            large.data()[i] = small.data()[(plane * height + y / 2) * width + x / 2];
        }
        return large;
    }

    private static Tensor timestepCondition(ModelFolder model, PromptEncoding text) throws StageException {
        Tensor pooled = text.pooled().orElseThrow();
        int channels = 2 * NOISE_LEVEL_CHANNELS + pooled.rowSize();
        if (model.unetShape().timeCondChannels().orElse(channels) != channels) {
            throw new StageException(
                    StageException.Kind.INTERNAL,
                    "unet/model.onnx: timestep_cond has "
                            + model.unetShape().timeCondChannels()
                            + " channels; with this text encoder it must have "
                            + channels);
        }
        Tensor condition = Tensor.zeros(pooled.rows(), channels);
        for (int row = 0; row < pooled.rows(); row++) {
            int start = row * channels;
            Arrays.fill(condition.data(), start, start + NOISE_LEVEL_CHANNELS, 1.0f);
            System.arraycopy(
                    pooled.data(),
                    row * pooled.rowSize(),
                    condition.data(),
                    start + 2 * NOISE_LEVEL_CHANNELS,
                    pooled.rowSize());
        }
        return condition;
    }
}
