package io.darkroom.inference.compel;

import java.util.List;

/**
 * A rule that holds.
 *
 * @param end behind its last character
 */
record Match<T>(T value, int end) {
    static Match<List<Node>> of(Node node, int end) {
        return new Match<>(List.of(node), end);
    }
}
