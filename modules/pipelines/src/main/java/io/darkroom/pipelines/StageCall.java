package io.darkroom.pipelines;

import io.darkroom.images.RgbImage;
import io.darkroom.inference.model.ModelFolder;
import java.util.Objects;
import java.util.OptionalInt;

/** One stage to run, every default filled in. Parameters carry diffusers' names. */
public sealed interface StageCall {
    ModelFolder model();

    Prompt prompt();

    Sampling sampling();

    Seeds seeds();

    /**
     * A picture from noise.
     *
     * @param numImagesPerPrompt 1 or more
     * @param width pixels; absent: the model's own size
     * @param height pixels; absent: the model's own size
     * @param micro for SDXL
     * @param controls ControlNets beside the network
     */
    record Text2Img(
            ModelFolder model,
            Prompt prompt,
            Sampling sampling,
            Seeds seeds,
            int numImagesPerPrompt,
            OptionalInt width,
            OptionalInt height,
            MicroConditions micro,
            Controls controls)
            implements StageCall {
        public Text2Img {
            requireParts(model, prompt, sampling, seeds);
            Objects.requireNonNull(micro, "micro");
            Objects.requireNonNull(controls, "controls");
            Objects.requireNonNull(width, "width");
            Objects.requireNonNull(height, "height");
        }

        /** Nothing said about sizes, no ControlNets. */
        public Text2Img(
                ModelFolder model,
                Prompt prompt,
                Sampling sampling,
                Seeds seeds,
                int numImagesPerPrompt,
                OptionalInt width,
                OptionalInt height) {
            this(
                    model,
                    prompt,
                    sampling,
                    seeds,
                    numImagesPerPrompt,
                    width,
                    height,
                    MicroConditions.DEFAULT,
                    Controls.NONE);
        }
    }

    /**
     * A picture from a picture: the prompt is applied to every input picture.
     *
     * @param numImagesPerPrompt 1 or more; n inputs give n times as many pictures, in the order i0
     *     i1 i0 i1
     * @param strength 0..1, how much of the schedule is run
     * @param micro for SDXL
     * @param controls ControlNets beside the network
     */
    record Img2Img(
            ModelFolder model,
            Prompt prompt,
            Sampling sampling,
            Seeds seeds,
            int numImagesPerPrompt,
            double strength,
            MicroConditions micro,
            Controls controls)
            implements StageCall {
        public Img2Img {
            requireParts(model, prompt, sampling, seeds);
            Objects.requireNonNull(micro, "micro");
            Objects.requireNonNull(controls, "controls");
        }

        /** Nothing said about sizes, no ControlNets. */
        public Img2Img(
                ModelFolder model,
                Prompt prompt,
                Sampling sampling,
                Seeds seeds,
                int numImagesPerPrompt,
                double strength) {
            this(model, prompt, sampling, seeds, numImagesPerPrompt, strength, MicroConditions.DEFAULT, Controls.NONE);
        }
    }

    /**
     * A part of a picture painted anew (diffusers' {@code StableDiffusionInpaintPipeline}).
     *
     * @param numImagesPerPrompt 1 or more, as in {@link Img2Img}
     * @param strength 0..1, how much of the schedule is run; at 1 what is masked starts from noise alone
     * @param width pixels; absent: the model's own size, whatever the picture's
     * @param height pixels; absent: the model's own size
     * @param mask painted anew where it is brighter than half; resized to that size
     */
    record Inpaint(
            ModelFolder model,
            Prompt prompt,
            Sampling sampling,
            Seeds seeds,
            int numImagesPerPrompt,
            double strength,
            OptionalInt width,
            OptionalInt height,
            RgbImage mask)
            implements StageCall {
        public Inpaint {
            requireParts(model, prompt, sampling, seeds);
            Objects.requireNonNull(mask, "mask");
        }
    }

    /**
     * Latents of twice the width and height (diffusers' {@code
     * StableDiffusionLatentUpscalePipeline}).
     */
    record LatentUpscale(ModelFolder model, Prompt prompt, Sampling sampling, Seeds seeds) implements StageCall {
        public LatentUpscale {
            requireParts(model, prompt, sampling, seeds);
        }
    }

    /**
     * A picture of four times the width and height (diffusers' {@code StableDiffusionUpscalePipeline}).
     *
     * @param numImagesPerPrompt 1 or more, as in {@link Img2Img}
     * @param noiseLevel how noisy the network is shown the picture: 0 up to the model's {@code max_noise_level}, which is 350
     */
    record Upscale(
            ModelFolder model, Prompt prompt, Sampling sampling, Seeds seeds, int numImagesPerPrompt, int noiseLevel)
            implements StageCall {
        public Upscale {
            requireParts(model, prompt, sampling, seeds);
        }
    }

    /**
     * A picture from noise with Kandinsky 2.2 (diffusers' {@code KandinskyV22CombinedPipeline}).
     *
     * @param numImagesPerPrompt 1 or more
     * @param width pixels; rounded up to a multiple of MoVQ's factor squared
     * @param height pixels; the same
     * @param embeddings how the prompt becomes an embedding, or what it has become
     */
    record KandinskyText2Img(
            ModelFolder model,
            Prompt prompt,
            Sampling sampling,
            Seeds seeds,
            int numImagesPerPrompt,
            int width,
            int height,
            EmbeddingSource embeddings)
            implements StageCall {
        public KandinskyText2Img {
            requireParts(model, prompt, sampling, seeds);
            Objects.requireNonNull(embeddings, "embeddings");
        }
    }

    /**
     * A picture from a picture with Kandinsky 2.2 (diffusers' {@code KandinskyV22Img2ImgCombinedPipeline}).
     *
     * @param numImagesPerPrompt 1 or more, as in {@link Img2Img}
     * @param strength 0..1, how much of the schedule is run
     * @param width pixels; as in diffusers the height of what comes out, rounded down to a multiple of MoVQ's factor
     * @param height pixels; the width of what comes out, the same
     * @param embeddings how the prompt becomes an embedding, or what it has become
     */
    record KandinskyImg2Img(
            ModelFolder model,
            Prompt prompt,
            Sampling sampling,
            Seeds seeds,
            int numImagesPerPrompt,
            double strength,
            int width,
            int height,
            EmbeddingSource embeddings)
            implements StageCall {
        public KandinskyImg2Img {
            requireParts(model, prompt, sampling, seeds);
            Objects.requireNonNull(embeddings, "embeddings");
        }
    }

    private static void requireParts(ModelFolder model, Prompt prompt, Sampling sampling, Seeds seeds) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(seeds, "seeds");
    }
}
