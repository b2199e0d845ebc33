package io.darkroom.contract.request;

import java.util.List;

/**
 * What a stage adds to its model, by names of the catalogue.
 *
 * @param inversions words that were learned, in the request's order
 * @param loras changes of weights
 */
public record AdapterOptions(List<String> inversions, List<LoraUse> loras) {
    public static final AdapterOptions NONE = new AdapterOptions(List.of(), List.of());

    public AdapterOptions {
        inversions = List.copyOf(inversions);
        loras = List.copyOf(loras);
    }

    /** A LoRA, and how much of it is added. */
    public record LoraUse(String model, double scale) {}

    public boolean isEmpty() {
        return inversions.isEmpty() && loras.isEmpty();
    }

    /** The field that names an inversion, counted from 0. */
    public static String inversionField(int inversion) {
        return "textual_inversions[" + inversion + "]";
    }

    /** The field that names a LoRA, counted from 0. */
    public static String loraField(int lora) {
        return "loras[" + lora + "].model";
    }
}
