package io.darkroom.inference.model;

import io.darkroom.diffusion.sampler.SamplerConfig;
import io.darkroom.diffusion.sampler.SamplerOptionException;
import io.darkroom.inference.onnx.TensorPort;
import java.util.List;

/**
 * Kandinsky's prior: what makes an image embedding from a text. Where it lies in one folder with a decoder, the names of its
 * folders begin with {@code prior_}, as diffusers' combined pipeline has them.
 *
 * @param network predicts the embedding
 * @param text CLIP's text encoder with its projection
 * @param imageEncoder CLIP's image encoder; what it makes of a black picture stands for no prompt
 * @param imageSize height and width of the pictures that it takes
 * @param width numbers in an embedding
 * @param statistics what brings the network's embeddings to CLIP's
 * @param samplerConfig of the prior's own sampler
 */
public record PriorPart(
        Component network,
        TextPart text,
        Component imageEncoder,
        int imageSize,
        int width,
        Statistics statistics,
        SamplerConfig samplerConfig) {
    private static final int MOST_NUMBERS = 1 << 14;

    /**
     * Deviation and mean of each number of an embedding.
     *
     * @param deviation {@code clip_std}
     * @param mean {@code clip_mean}
     */
    public record Statistics(List<Double> deviation, List<Double> mean) {
        public Statistics {
            deviation = List.copyOf(deviation);
            mean = List.copyOf(mean);
        }
    }

    /**
     * Opens a prior's networks.
     *
     * @param prefix of its folders' names
     */
    static PriorPart open(FolderFiles files, String prefix) throws ModelException {
        Component network = Component.open(files, prefix + "prior");
        for (String input : List.of("timestep", "proj_embedding", "encoder_hidden_states", "attention_mask")) {
            network.input(input);
        }
        network.output("out_sample");
        TensorPort sample = network.input("sample");
        network.requireFloating(sample);
        TextPart text = TextPart.open(files, prefix + "text_encoder", prefix + "tokenizer");
        text.encoder().output("text_embeds");
        text.encoder().output("last_hidden_state");
        Component imageEncoder = Component.open(files, prefix + "image_encoder");
        imageEncoder.input("pixel_values");
        imageEncoder.output("image_embeds");
        int width = JsonFields.read(files, prefix + "prior/config.json")
                .integer("embedding_dim", 1, MOST_NUMBERS)
                .orElse(768);
        int imageSize = JsonFields.read(files, prefix + "image_encoder/config.json")
                .integer("image_size", 1, 4096)
                .orElse(224);
        return new PriorPart(
                network,
                text,
                imageEncoder,
                imageSize,
                width,
                statistics(files, prefix + "prior/statistics.json", width),
                sampler(files, prefix + "scheduler/scheduler_config.json"));
    }

    private static Statistics statistics(FolderFiles files, String file, int width) throws ModelException {
        JsonFields json = JsonFields.read(files, file);
        return new Statistics(json.numbers("clip_std", width), json.numbers("clip_mean", width));
    }

    private static SamplerConfig sampler(FolderFiles files, String file) throws ModelException {
        try {
            return SamplerConfig.of(files.json(file));
        } catch (SamplerOptionException e) {
            throw new ModelException(file + ": " + e.getMessage(), e);
        }
    }
}
