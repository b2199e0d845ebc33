package io.darkroom.architecture.breaches.images.helper;

final class Counts {
    static int calls;

    private Counts() {}
}
