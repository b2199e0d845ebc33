package io.darkroom.inference.model;

/**
 * One text encoder of a model with its tokenizer; SDXL has two of them.
 *
 * @param encoder the network
 * @param tokenizer the folder of its tokenizer ({@code tokenizer_2})
 * @param positions how many token ids it takes, 77 for CLIP
 * @param layers how many layers of it were exported
 * @param width of a token's embedding
 */
public record TextPart(Component encoder, String tokenizer, int positions, int layers, int width) {
    static TextPart open(FolderFiles files, String encoder, String tokenizer) throws ModelException {
        JsonFields config = JsonFields.read(files, encoder + "/config.json");
        return new TextPart(
                Component.open(files, encoder),
                tokenizer,
                config.integer("max_position_embeddings", 2, 4096).orElse(77),
                config.integer("num_hidden_layers", 1, 256).orElse(12),
                config.integer("hidden_size", 1, 1 << 16).orElse(768));
    }
}
