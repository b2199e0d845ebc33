package io.darkroom.contract.work;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What routers and workers agree on beside the fields of their records; one place, so that neither side, nor the simulation of either, can drift. */
public final class WorkProtocol {
    /** One input, from outside or from the stage before; one output, the last stage's. */
    public static final int LINEAR = 1;

    /** Stages that say what they take and hand on. */
    public static final int GRAPH = 2;

    /** A prior's image embeddings, made or taken. */
    public static final int EMBEDS = 3;

    /** A token that every event about the attempt repeats. */
    public static final int TOKEN = 4;

    /** The newest version of a work item that a worker of this release reads. */
    public static final int NEWEST_ITEM = TOKEN;

    /** Of work events. */
    public static final int EVENT = 1;

    /** The router ends jobs, by the brokers' clock; a worker's clock that differs by less decides nothing. */
    public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    /**
     * How many deliveries of work that a worker should leave to others it hands back. The broker drops a record in silence after
     * some deliveries (five by Kafka's default), and this may be the only worker that lives.
     */
    public static final int LEFT_TO_OTHERS = 3;

    private WorkProtocol() {}

    /** The versions of work items that a worker of this release announces, ascending. */
    public static List<Integer> readableItems() {
        return IntStream.rangeClosed(LINEAR, NEWEST_ITEM).boxed().toList();
    }
}
