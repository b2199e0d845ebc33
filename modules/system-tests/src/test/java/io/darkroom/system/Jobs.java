package io.darkroom.system;

import java.net.URI;

/** Requests as a client writes them. */
final class Jobs {

    private Jobs() {}

    /** text2img, img2img in another style, upscale. */
    static String chain(String id, URI output, int steps) {
        return """
            { "schema_version": 1, "id": "%1$s", "labels": {"sku": "88-1"},
              "stages": [
                { "id": "draft", "kind": "text2img", "model": "draft", "prompt": "a red heart",
                  "seed": 7, "num_inference_steps": %3$d, "guidance_scale": 3 },
                { "id": "comic", "kind": "img2img", "model": "comic", "prompt": "a blue heart",
                  "seed": 8, "num_inference_steps": %3$d, "guidance_scale": 3, "strength": 0.6 },
                { "id": "large", "kind": "upscale", "model": "large", "prompt": "a blue heart",
                  "seed": 9, "num_inference_steps": 2, "guidance_scale": 1 } ],
              "output": { "uri": "%2$s" } }
            """.formatted(id, output, steps);
    }

    /** img2img with a model whose VAE is not that of the one before. */
    static String bridged(String id, URI output, int steps) {
        return """
            { "schema_version": 1, "id": "%1$s",
              "stages": [
                { "kind": "text2img", "model": "other-vae", "prompt": "a red heart",
                  "seed": 7, "num_inference_steps": %3$d, "guidance_scale": 3 },
                { "kind": "img2img", "model": "comic", "prompt": "a blue heart",
                  "seed": 8, "num_inference_steps": %3$d, "guidance_scale": 3, "strength": 0.6 } ],
              "output": { "uri": "%2$s" } }
            """.formatted(id, output, steps);
    }

    /** SDXL's base, and its refiner going on with the base's latents; guidance as it is by default. */
    static String refined(String id, URI output) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [
                { "kind": "text2img", "model": "base", "prompt": "a red fox", "seed": 71,
                  "num_inference_steps": 10, "width": 48, "height": 48, "denoising_end": 0.8 },
                { "kind": "img2img", "model": "refiner", "prompt": "a red fox", "seed": 71,
                  "num_inference_steps": 10, "denoising_start": 0.8 } ],
              "output": { "uri": "%s" } }
            """.formatted(id, output);
    }

    /** A picture from Kandinsky, and another one made of it, whose width and height are swapped. */
    static String kandinsky(String id, URI output) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [
                { "kind": "text2img", "model": "kandinsky", "prompt": "a red fox", "seed": 201, "publish": true,
                  "num_inference_steps": 5, "guidance_scale": 2.5, "width": 48, "height": 48,
                  "prior_num_inference_steps": 4, "prior_guidance_scale": 4.0 },
                { "kind": "img2img", "model": "kandinsky", "prompt": "a blue house", "negative_prompt": "night",
                  "num_inference_steps": 4, "strength": 0.5, "width": 64, "height": 32, "prior_num_inference_steps": 2 } ],
              "output": { "uri": "%s" } }
            """.formatted(id, output);
    }

    /** Four pictures of a model with a safety checker. */
    static String guarded(String id, URI output) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [
                { "kind": "text2img", "model": "guarded", "prompt": "a red fox", "seed": 301, "num_images_per_prompt": 4,
                  "num_inference_steps": 4, "guidance_scale": 4.0, "width": 64, "height": 64 } ],
              "output": { "uri": "%s" } }
            """.formatted(id, output);
    }

    /** Two drafts, both made comics; all four on a sheet, and one after the other. */
    static String collected(String id, URI output, int steps) {
        return """
            { "schema_version": 1, "id": "%1$s",
              "stages": [
                { "id": "draft", "kind": "text2img", "model": "draft", "prompt": "a red heart", "publish": true,
                  "num_images_per_prompt": 2, "seed": [7, 8], "num_inference_steps": %3$d, "guidance_scale": 3 },
                { "id": "comic", "kind": "img2img", "model": "comic", "prompt": "a blue heart", "publish": true,
                  "seed": 8, "num_inference_steps": %3$d, "guidance_scale": 3, "strength": 0.6 },
                { "id": "sheet", "kind": "grid", "inputs": ["draft", "comic"], "rows": 2 },
                { "id": "film", "kind": "animation", "inputs": ["draft", "comic"], "fps": 4, "loop": 3 } ],
              "output": { "uri": "%2$s" } }
            """.formatted(id, output, steps);
    }

    /** A sheet of what a stage drew and of two images of the user's, around it. */
    static String besideText2Img(String id, URI output, URI input) {
        return """
            { "schema_version": 1, "id": "%1$s",
              "stages": [
                { "id": "draft", "kind": "text2img", "model": "draft", "prompt": "a red heart", "publish": true,
                  "seed": 7, "num_inference_steps": 2, "guidance_scale": 3 },
                { "kind": "grid", "inputs": ["%3$sfirst.png", "draft", "%3$ssecond.png"], "resize": 32 } ],
              "output": { "uri": "%2$s" } }
            """.formatted(id, output, input);
    }

    /** One draft made a comic with several strengths and guidance scales, which is a film then. */
    static String swept(String id, URI output, String strengths, String scales) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [
                { "id": "draft", "kind": "text2img", "model": "draft", "prompt": "a red heart",
                  "seed": 7, "num_inference_steps": 4, "guidance_scale": 3 },
                { "id": "comic", "kind": "img2img", "model": "comic", "prompt": "a blue heart", "publish": true,
                  "num_images_per_prompt": 2, "seed": [8, 9], "num_inference_steps": 6,
                  "strength": %s, "guidance_scale": %s },
                { "id": "film", "kind": "animation" } ],
              "output": { "uri": "%s" } }
            """.formatted(id, strengths, scales, output);
    }

    static String draft(String id, URI output, int steps) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [ { "kind": "text2img", "model": "draft", "prompt": "a red heart",
                            "seed": 7, "num_inference_steps": %d, "guidance_scale": 3 } ],
              "output": { "uri": "%s" } }
            """.formatted(id, steps, output);
    }

    static String fromPicture(String id, URI input, URI output) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [ { "kind": "img2img", "model": "draft", "prompt": "a red heart",
                            "input": "%s", "num_inference_steps": 2 } ],
              "output": { "uri": "%s" } }
            """.formatted(id, input, output);
    }
}
