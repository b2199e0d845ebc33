package io.darkroom.cli.generate;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the user said about a stage; what was not said is left to the router's defaults.
 *
 * @param strength empty: the router chooses; more than one: once with each, and so with the guidance scale
 * @param seed empty: the router chooses; one: a single generator; more: one for each picture
 * @param schedulerOptions by diffusers' names, values as typed
 * @param further fields by diffusers' names: texts, numbers, pairs as lists
 */
public record StageParameters(
        Optional<String> prompt,
        Optional<String> negativePrompt,
        List<Double> strength,
        List<Long> seed,
        Optional<Integer> numInferenceSteps,
        List<Double> guidanceScale,
        Optional<Integer> width,
        Optional<Integer> height,
        Optional<Integer> numImagesPerPrompt,
        Optional<Integer> noiseLevel,
        Optional<Double> eta,
        Optional<String> scheduler,
        Map<String, String> schedulerOptions,
        Map<String, Object> further) {}
