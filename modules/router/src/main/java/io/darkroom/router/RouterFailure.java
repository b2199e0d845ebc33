package io.darkroom.router;

/** Why a router stopped by itself. */
public sealed interface RouterFailure {

    /** It runs, was closed, or stopped for a reason that Kafka Streams keeps to its log. */
    record None() implements RouterFailure {}

    /**
     * The brokers do not let it do its work, and did not for a minute.
     *
     * @param message which operation on which resource its principal lacks
     */
    record NotAllowed(String message) implements RouterFailure {}

    /**
     * Its threads died one after the other.
     *
     * @param message of what
     */
    record Broken(String message) implements RouterFailure {}
}
