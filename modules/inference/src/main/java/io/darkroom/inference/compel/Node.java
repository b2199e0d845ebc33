package io.darkroom.inference.compel;

import java.util.List;

/** The tree of a prompt before its weights are multiplied out. */
sealed interface Node {
    /** Plain text. */
    record Text(Conjunction.Fragment fragment) implements Node {}

    /** What is inside counts {@code weight} times as much. */
    record Weighted(double weight, List<Node> children) implements Node {}

    /** One text in the place of another. */
    record Swapped(List<Node> original, List<Node> edited) implements Node {}

    /** A model that is named and otherwise left out. */
    record Lora(Conjunction.LoraMention mention) implements Node {}

    static Node text(String text) {
        return new Text(new Conjunction.Fragment(text, 1));
    }
}
