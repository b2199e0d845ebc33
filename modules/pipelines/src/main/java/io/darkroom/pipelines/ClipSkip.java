package io.darkroom.pipelines;

import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.TextPart;

/** How many of the text encoder's last layers a prompt can do without. */
final class ClipSkip {
    private ClipSkip() {}

    /** SDXL leaves out one layer by itself. */
    static void require(ModelFolder model, Prompt prompt) throws StageException {
        int layers = model.texts().stream().mapToInt(TextPart::layers).min().orElseThrow();
        int most = model.family().isXl() ? layers - 1 : layers;
        int skipped = prompt.clipSkip().orElse(0);
        if (skipped < 0 || skipped > most) {
            throw StageException.user(
                    "clip_skip",
                    skipped + " is outside 0.." + most + ", since the text encoder has " + layers + " layers");
        }
    }
}
