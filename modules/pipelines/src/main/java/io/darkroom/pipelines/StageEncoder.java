package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.ModelNetworks;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.TextEncoder.Encoding;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.text.ClipTokenizer;
import io.darkroom.inference.text.TextRow;
import io.darkroom.inference.text.Tokens;
import io.darkroom.inference.text.Words;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A text encoder and its tokenizer as one stage uses them: with the words that its textual inversions add. */
final class StageEncoder {
    private final ClipTokenizer tokenizer;
    private final ModelNetworks networks;
    private final SharedEncodings shared;
    private final int position;
    private final Set<String> addedTokens;
    private final Optional<Tensor> addedVectors;

    /** Nothing added. */
    StageEncoder(ClipTokenizer tokenizer, ModelNetworks networks, SharedEncodings shared, int position) {
        this(tokenizer, networks, shared, position, List.of(), Optional.empty());
    }

    /**
     * @param tokenizer knows the added tokens
     * @param networks are asked for the encoder when its states are: a stage may bring its own
     * @param position among the model's encoders
     * @param addedVectors of the added tokens, {@code [n, width]}
     */
    StageEncoder(
            ClipTokenizer tokenizer,
            ModelNetworks networks,
            SharedEncodings shared,
            int position,
            List<String> addedTokens,
            Optional<Tensor> addedVectors) {
        this.shared = shared;
        this.position = position;
        this.tokenizer = tokenizer;
        this.networks = networks;
        this.addedTokens = Set.copyOf(addedTokens);
        this.addedVectors = addedVectors;
    }

    /** Ids per row. */
    int length() {
        return tokenizer.length();
    }

    boolean addsTokens() {
        return addedVectors.isPresent();
    }

    /**
     * @param length ids that come out
     * @param warnings takes a sentence if the text was too long
     */
    Tokens tokens(String field, String text, int length, List<String> warnings) {
        return PromptEncoding.tokens(tokenizer, field, spelledOut(text), length, warnings);
    }

    Words words(String text) {
        return tokenizer.words(spelledOut(text));
    }

    long[] framed(List<Long> ids) {
        return tokenizer.framed(ids);
    }

    /** Empty if the model's export has not the places for what the rows or the added tokens want. */
    Optional<Timed<Encoding>> states(TextEncoder.Layer layer, List<TextRow> rows)
            throws DeviceException, InterruptedException {
        Timed<Optional<Encoding>> states = shared.text(position, layer, rows, () -> {
            Optional<Timed<Encoding>> made = networks.textEncoder(position).states(layer, rows, addedVectors);
            return new Timed<>(
                    made.map(Timed::value), made.map(Timed::deviceNanos).orElse(0L));
        });
        return states.value().map(encoding -> new Timed<>(encoding, states.deviceNanos()));
    }

    /** A word of several vectors becomes all of its tokens. diffusers: {@code maybe_convert_prompt}. */
    private String spelledOut(String text) {
        if (addedTokens.isEmpty()) {
            return text;
        }
        String spelled = text;
        for (String token : new LinkedHashSet<>(tokenizer.words(text).pieces())) {
            if (addedTokens.contains(token)) {
                StringBuilder all = new StringBuilder(token);
                for (int i = 1; addedTokens.contains(token + "_" + i); i++) {
                    all.append(' ').append(token).append('_').append(i);
                }
                spelled = spelled.replace(token, all);
            }
        }
        return spelled;
    }
}
