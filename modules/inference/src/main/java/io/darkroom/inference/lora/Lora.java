package io.darkroom.inference.lora;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The modules of a LoRA's file, in the keys of diffusers (PEFT's, and the older ones of attention processors) or of kohya's
 * scripts.
 *
 * @param modules in the file's order
 */
public record Lora(List<LoraModule> modules) {
    private static final Map<String, Role> SUFFIXES = suffixes();

    public Lora {
        modules = List.copyOf(modules);
    }

    private enum Role {
        DOWN,
        UP,
        ALPHA
    }

    /** A key taken apart. */
    private record Key(LoraPart part, String name, Role role) {}

    private static final class Parts {
        private final String key;
        private Tensor down;
        private Tensor up;
        private Tensor alpha;

        Parts(String key) {
            this.key = key;
        }
    }

    /**
     * Reads a file.
     *
     * @param tensors by key
     * @param alphas by the part's name in diffusers ({@code unet}), where the file's metadata has them
     * @throws LoraException naming the first key that is none of a LoRA
     */
    public static Lora of(Map<String, Tensor> tensors, Map<String, Double> alphas) throws LoraException {
        Map<List<Object>, Parts> modules = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Key key = key(entry.getKey())
                    .orElseThrow(() -> new LoraException(
                            "the key " + entry.getKey() + " is none of a LoRA in diffusers' or kohya's form"));
            Parts parts = modules.computeIfAbsent(List.of(key.part(), key.name()), absent -> new Parts(entry.getKey()));
            switch (key.role()) {
                case DOWN -> parts.down = entry.getValue();
                case UP -> parts.up = entry.getValue();
                case ALPHA -> parts.alpha = entry.getValue();
            }
        }
        List<LoraModule> read = new ArrayList<>();
        for (Map.Entry<List<Object>, Parts> entry : modules.entrySet()) {
            LoraPart part = (LoraPart) entry.getKey().getFirst();
            read.add(module(part, (String) entry.getKey().getLast(), entry.getValue(), alphas));
        }
        if (read.isEmpty()) {
            throw new LoraException("the file holds no tensors");
        }
        return new Lora(read);
    }

    /** The width of the text's states that its UNet layers read, if it has such. */
    public Optional<Integer> textWidth() {
        return modules.stream()
                .filter(module ->
                        module.part() == LoraPart.UNET && module.name().endsWith("attn2_to_k"))
                .map(LoraModule::inputs)
                .findFirst();
    }

    private static LoraModule module(LoraPart part, String name, Parts parts, Map<String, Double> alphas)
            throws LoraException {
        if (parts.down == null || parts.up == null) {
            throw new LoraException("the key " + parts.key + " has no companion; a LoRA's module has a down and an up");
        }
        boolean fits = parts.down.rank() >= 2
                && parts.up.rank() >= 2
                && parts.up.rowSize() == parts.down.dimension(0)
                && parts.down.dimension(0) > 0
                && parts.down.isFinite()
                && parts.up.isFinite();
        if (!fits) {
            throw new LoraException("the key " + parts.key + ": shapes " + parts.down + " and " + parts.up
                    + " do not go together, or hold values that are no finite numbers");
        }
        String prefix = part.prefixes().getFirst();
        double rank = parts.down.dimension(0);
        double alpha = parts.alpha != null && parts.alpha.size() == 1
                ? parts.alpha.data()[0]
                : alphas.getOrDefault(prefix.substring(0, prefix.length() - 1), rank);
        return new LoraModule(parts.key, part, name, parts.down, parts.up, alpha);
    }

    private static Optional<Key> key(String key) {
        for (Map.Entry<String, Role> suffix : SUFFIXES.entrySet()) {
            if (key.endsWith(suffix.getKey())) {
                String base = key.substring(0, key.length() - suffix.getKey().length());
                return part(base).map(part -> new Key(part, name(part, base), suffix.getValue()));
            }
        }
        return Optional.empty();
    }

    private static Optional<LoraPart> part(String base) {
        for (LoraPart part : LoraPart.values()) {
            if (part.prefixes().stream().anyMatch(base::startsWith)) {
                return Optional.of(part);
            }
        }
        return Optional.empty();
    }

    private static String name(LoraPart part, String base) {
        String prefix =
                part.prefixes().stream().filter(base::startsWith).findFirst().orElseThrow();
        String flat =
                base.substring(prefix.length()).replace(".processor.", ".").replace('.', '_');
        // attention processors had no list for their output
        return flat.endsWith("_to_out") ? flat + "_0" : flat;
    }

    private static Map<String, Role> suffixes() {
        Map<String, Role> suffixes = new LinkedHashMap<>();
        for (String down : List.of(
                ".lora_A.weight",
                ".lora_down.weight",
                ".lora.down.weight",
                ".lora_linear_layer.down.weight",
                "_lora.down.weight")) {
            suffixes.put(down, Role.DOWN);
        }
        for (String up : List.of(
                ".lora_B.weight",
                ".lora_up.weight",
                ".lora.up.weight",
                ".lora_linear_layer.up.weight",
                "_lora.up.weight")) {
            suffixes.put(up, Role.UP);
        }
        suffixes.put(".alpha", Role.ALPHA);
        return suffixes;
    }
}
