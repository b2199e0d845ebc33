package io.darkroom.worker;

import io.darkroom.contract.access.MissingRight;
import io.darkroom.contract.topic.Topics;
import java.util.Set;

/** What a worker does with each topic, as the rights that it needs. */
final class WorkerRights {
    private WorkerRights() {}

    static MissingRight of(Topics topics, String pool) {
        Set<String> read = Set.of(topics.work(pool), topics.workerControl(), topics.models());
        return new MissingRight(
                "worker",
                topic -> (read.contains(topic) ? "READ" : "WRITE") + " and DESCRIBE",
                topics.shareGroup(pool));
    }
}
