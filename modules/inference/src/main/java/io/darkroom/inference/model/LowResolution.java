package io.darkroom.inference.model;

import io.darkroom.diffusion.sampler.SamplerConfig;
import io.darkroom.diffusion.sampler.SamplerOptionException;

/**
 * How the upscaler by four makes the picture noisy that it is shown.
 *
 * @param schedule of that noise
 * @param maxNoiseLevel the largest {@code noise_level}
 */
public record LowResolution(SamplerConfig schedule, int maxNoiseLevel) {
    /** What diffusers takes where {@code model_index.json} says nothing. */
    private static final int DEFAULT_MAX_NOISE_LEVEL = 350;

    private static final String FILE = "low_res_scheduler/scheduler_config.json";

    static LowResolution read(FolderFiles files, Component unet, JsonFields index) throws ModelException {
        if (unet.input("class_labels").type().isFloating()) {
            throw new ModelException("unet/model.onnx: class_labels must hold whole numbers: noise levels");
        }
        try {
            SamplerConfig schedule = SamplerConfig.of(files.json(FILE));
            int most = index.integer("max_noise_level", 0, 999).orElse(DEFAULT_MAX_NOISE_LEVEL);
            return new LowResolution(schedule, most);
        } catch (SamplerOptionException e) {
            throw new ModelException(FILE + ": " + e.getMessage(), e);
        }
    }
}
