package io.darkroom.pipelines;

/** Pixels made from latents, and what it cost. */
public record Decoded(Picture.Images images, Timings timings) {}
