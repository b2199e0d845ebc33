package io.darkroom.diffusion.sampler;

/**
 * How an ancestral sampler splits a step: it denoises to {@code down}, then adds noise of level
 * {@code up}, which together make the target level.
 */
record AncestralStep(float down, float up) {
    static AncestralStep between(float from, float to) {
        float up = Float32.sqrt(to * to * (from * from - to * to) / (from * from));
        return new AncestralStep(Float32.sqrt(to * to - up * up), up);
    }
}
