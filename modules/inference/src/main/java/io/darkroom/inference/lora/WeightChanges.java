package io.darkroom.inference.lora;

import io.darkroom.inference.onnx.WeightPlace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What several LoRAs together add to a model's weights. */
public final class WeightChanges {
    private final Map<LoraPart, Map<String, List<Scaled>>> modules = new EnumMap<>(LoraPart.class);

    private record Scaled(LoraModule module, double factor, String lora) {}

    private WeightChanges() {}

    /** Nothing is changed. */
    public static WeightChanges none() {
        return new WeightChanges();
    }

    /**
     * Reads all of them.
     *
     * @param layersPerBlock of the model's UNet
     */
    public static WeightChanges of(List<AppliedLora> loras, int layersPerBlock) throws LoraException {
        OriginalNames names = new OriginalNames(layersPerBlock);
        WeightChanges changes = new WeightChanges();
        for (AppliedLora applied : loras) {
            for (LoraModule module : applied.source().read().modules()) {
                changes.modules
                        .computeIfAbsent(module.part(), absent -> new LinkedHashMap<>())
                        .computeIfAbsent(named(module, names), absent -> new ArrayList<>())
                        .add(new Scaled(module, applied.scale() * module.alpha() / module.rank(), applied.name()));
            }
        }
        return changes;
    }

    private static String named(LoraModule module, OriginalNames names) {
        return module.part() == LoraPart.UNET ? names.inDiffusers(module.name()) : module.name();
    }

    /**
     * @param parts that the model has
     * @throws LoraException naming a key of another part
     */
    public void requireParts(Set<LoraPart> parts) throws LoraException {
        for (Map.Entry<LoraPart, Map<String, List<Scaled>>> entry : modules.entrySet()) {
            if (!parts.contains(entry.getKey())) {
                Scaled first = entry.getValue().values().iterator().next().getFirst();
                throw new LoraException(
                        first.lora() + ": the key " + first.module().key()
                                + " changes a text encoder that this model has not; it was made for another one");
            }
        }
    }

    public boolean concern(LoraPart part) {
        return modules.containsKey(part);
    }

    /**
     * @throws LoraException naming the first key whose module the network has not, or whose shape differs
     */
    public void requireFitting(LoraPart part, List<WeightPlace> places) throws LoraException {
        Map<String, WeightPlace> byModule = new HashMap<>();
        places.forEach(place -> byModule.put(place.module(), place));
        for (Map.Entry<String, List<Scaled>> entry :
                modules.getOrDefault(part, Map.of()).entrySet()) {
            for (Scaled change : entry.getValue()) {
                LoraModule module = change.module();
                WeightPlace place = byModule.get(entry.getKey());
                if (place == null) {
                    throw new LoraException(change.lora() + ": the key " + module.key()
                            + " names a module that this model has not; it was made for another one");
                }
                if (place.outputs() != module.outputs() || place.inputs() != module.inputs()) {
                    throw new LoraException(change.lora() + ": the key " + module.key() + " changes weights of "
                            + module.outputs() + " x " + module.inputs() + "; this model has " + place.outputs() + " x "
                            + place.inputs() + " there");
                }
            }
        }
    }

    /** Whether the weights of a place are changed. */
    public boolean change(LoraPart part, WeightPlace place) {
        return modules.getOrDefault(part, Map.of()).containsKey(place.module());
    }

    /**
     * Adds to the weights of one place.
     *
     * @param weights as the network has them: {@code [in, out]} where the place is transposed, else {@code [out, in...]}
     */
    public void add(LoraPart part, WeightPlace place, float[] weights) {
        for (Scaled change : modules.get(part).get(place.module())) {
            float[] delta = product(change.module(), (float) change.factor());
            int outputs = place.outputs();
            int inputs = place.inputs();
            for (int out = 0; out < outputs; out++) {
                for (int in = 0; in < inputs; in++) {
                    weights[place.transposed() ? in * outputs + out : out * inputs + in] += delta[out * inputs + in];
                }
            }
        }
    }

    /** {@code factor * up x down}, {@code [out, in]}. */
    private static float[] product(LoraModule module, float factor) {
        int inputs = module.inputs();
        int rank = module.rank();
        float[] up = module.up().data();
        float[] down = module.down().data();
        float[] product = new float[Math.multiplyExact(module.outputs(), inputs)];
        IntStream.range(0, module.outputs()).parallel().forEach(out -> {
            int start = out * inputs;
            for (int r = 0; r < rank; r++) {
                float weight = factor * up[out * rank + r];
                int from = r * inputs;
                for (int in = 0; in < inputs; in++) {
                    product[start + in] += weight * down[from + in];
                }
            }
        });
        return product;
    }
}
