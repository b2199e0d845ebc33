package io.darkroom.inference.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which pipelines a folder's parts make up. */
public enum ModelFamily {
    /** Stable Diffusion 1.x: text2img and img2img. */
    STABLE_DIFFUSION(
            Set.of(
                    "StableDiffusionPipeline",
                    "StableDiffusionImg2ImgPipeline",
                    "OnnxStableDiffusionPipeline",
                    "ORTStableDiffusionPipeline")),
    /** The latent upscaler by two. */
    LATENT_UPSCALE(Set.of("StableDiffusionLatentUpscalePipeline"));

    private final Set<String> classNames;

    ModelFamily(Set<String> classNames) {
        this.classNames = classNames;
    }

    static Optional<ModelFamily> of(String className) {
        return Arrays.stream(values())
                .filter(family -> family.classNames.contains(className))
                .findFirst();
    }

    static String supportedClassNames() {
        return Arrays.stream(values())
                .flatMap(family -> family.classNames.stream())
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
