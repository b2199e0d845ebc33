package io.darkroom.inference.compel;

import io.darkroom.inference.compel.Conjunction.Flat;
import io.darkroom.inference.compel.Conjunction.Fragment;
import io.darkroom.inference.compel.Conjunction.LoraMention;
import io.darkroom.inference.compel.Conjunction.Piece;
import io.darkroom.inference.compel.Conjunction.Swap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Multiplies nested weights out, and joins neighbours of equal weight with a space. compel: {@code flatten}. */
final class Flattening {
    private final List<LoraMention> loras = new ArrayList<>();

    List<LoraMention> loras() {
        return loras;
    }

    /** Empty if there is no text in it, not even an empty one. */
    Optional<Flat> flat(List<Node> prompt) {
        List<Piece> joined = joined(pieces(prompt, 1));
        return joined.isEmpty() ? Optional.empty() : Optional.of(new Flat(joined));
    }

    private List<Piece> pieces(List<Node> nodes, double scale) {
        List<Piece> pieces = new ArrayList<>();
        for (Node node : nodes) {
            switch (node) {
                case Node.Text(Fragment(String text, double weight)) -> pieces.add(new Fragment(text, weight * scale));
                case Node.Weighted(double weight, List<Node> children) ->
                    pieces.addAll(pieces(children, scale * weight));
                case Node.Swapped(List<Node> original, List<Node> edited) ->
                    pieces.add(new Swap(fragments(original, scale), fragments(edited, scale)));
                case Node.Lora(LoraMention mention) -> loras.add(mention);
            }
        }
        return pieces;
    }

    /** A swap inside of a swap is its original. */
    private List<Fragment> fragments(List<Node> nodes, double scale) {
        List<Fragment> fragments = new ArrayList<>(new Flat(joined(pieces(nodes, scale))).fragments());
        return fragments.isEmpty() ? List.of(new Fragment("", 1)) : fragments;
    }

    private static List<Piece> joined(List<Piece> pieces) {
        List<Piece> joined = new ArrayList<>();
        for (Piece piece : pieces) {
            if (!joined.isEmpty()
                    && joined.getLast() instanceof Fragment(String before, double weightBefore)
                    && piece instanceof Fragment(String text, double weight)
                    && weight == weightBefore) {
                joined.set(joined.size() - 1, new Fragment(before + " " + text, weight));
            } else {
                joined.add(piece);
            }
        }
        return joined;
    }
}
