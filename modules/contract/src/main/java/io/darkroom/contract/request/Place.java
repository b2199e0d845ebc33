package io.darkroom.contract.request;

import com.fasterxml.jackson.core.JsonStreamContext;
import io.darkroom.contract.error.Excerpt;

/** Where a value stands in a document; written out, as in {@code stages[1].strength}, only when it has a fault. */
sealed interface Place {
    /** Names are a client's: no longer than this do they stand in a path. */
    int MAX_NAME = 64;

    /** The document. */
    record Root() implements Place {}

    record Field(Place parent, String name) implements Place {}

    record Entry(Place parent, int index) implements Place {}

    /** Places nest as deep as documents, which is bounded ({@link Structure}). */
    default String path() {
        return switch (this) {
            case Root() -> "";
            case Field(Root(), String name) -> Excerpt.of(name, MAX_NAME);
            case Field(Place parent, String name) -> parent.path() + "." + Excerpt.of(name, MAX_NAME);
            case Entry(Place parent, int index) -> parent.path() + "[" + index + "]";
        };
    }

    default Place field(String name) {
        return new Field(this, name);
    }

    default Place entry(int index) {
        return new Entry(this, index);
    }

    /** Where a parser is. */
    static Place of(JsonStreamContext context) {
        if (context.inRoot()) {
            return new Root();
        }
        Place parent = of(context.getParent());
        if (context.inArray()) {
            return context.hasCurrentIndex() ? parent.entry(context.getCurrentIndex()) : parent;
        }
        return context.getCurrentName() == null ? parent : parent.field(context.getCurrentName());
    }
}
