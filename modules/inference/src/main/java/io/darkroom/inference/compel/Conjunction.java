package io.darkroom.inference.compel;

import java.util.List;

/**
 * What a prompt says in compel's syntax: parts that are encoded each for itself, and then laid one behind the other.
 *
 * @param parts one, unless the prompt uses {@code .and()}; none if it holds no text at all
 * @param weights of the parts, as many
 * @param loras what {@code withLora(name, weight)} names; compel takes it out of the text and does nothing with it
 */
public record Conjunction(List<Part> parts, List<Double> weights, List<LoraMention> loras) {
    public Conjunction {
        parts = List.copyOf(parts);
        weights = List.copyOf(weights);
        loras = List.copyOf(loras);
    }

    /** One prompt, or several that are mixed. */
    public sealed interface Part {}

    /** Pieces of text one after the other; neighbours differ in weight. */
    public record Flat(List<Piece> pieces) implements Part {
        public Flat {
            pieces = List.copyOf(pieces);
        }

        /** What is encoded: of a swap, the original. */
        public List<Fragment> fragments() {
            return pieces.stream()
                    .flatMap(piece -> switch (piece) {
                        case Fragment fragment -> List.of(fragment).stream();
                        case Swap swap -> swap.original().stream();
                    })
                    .toList();
        }

        /** What is encoded once the swaps are done. */
        public List<Fragment> editedFragments() {
            return pieces.stream()
                    .flatMap(piece -> switch (piece) {
                        case Fragment fragment -> List.of(fragment).stream();
                        case Swap swap -> swap.edited().stream();
                    })
                    .toList();
        }

        public boolean swaps() {
            return pieces.stream().anyMatch(Swap.class::isInstance);
        }
    }

    /**
     * The weighted sum of prompts.
     *
     * @param normalized whether the weights are divided by their sum first
     */
    public record Blend(List<Flat> prompts, List<Double> weights, boolean normalized) implements Part {
        public Blend {
            prompts = List.copyOf(prompts);
            weights = List.copyOf(weights);
        }
    }

    /** A piece of a prompt. */
    public sealed interface Piece {}

    /** Text of one weight; 1 leaves it as it is. */
    public record Fragment(String text, double weight) implements Piece {
        public Fragment {
            // compel does this whenever a fragment is made, so a doubled backslash falls away too
            text = text.replace("\\(", "(").replace("\\)", ")").replace("\\\"", "\"");
        }
    }

    /** {@code original.swap(edited)}. */
    public record Swap(List<Fragment> original, List<Fragment> edited) implements Piece {
        public Swap {
            original = List.copyOf(original);
            edited = List.copyOf(edited);
        }
    }

    /** {@code withLora(model, weight)}. */
    public record LoraMention(String model, double weight) {}
}
