package io.darkroom.router;

import io.darkroom.contract.access.MissingRight;
import io.darkroom.contract.topic.Topics;
import java.util.Set;

/** What a router does with each topic, as the rights that it needs. */
final class RouterRights {
    private static final String READS = "READ and DESCRIBE";
    private static final String WRITES = "WRITE and DESCRIBE";
    private static final String BOTH = "READ, WRITE and DESCRIBE";

    private RouterRights() {}

    static MissingRight of(Topics topics, String applicationId) {
        return new MissingRight("router", topic -> on(topic, topics), applicationId);
    }

    private static String on(String topic, Topics topics) {
        Set<String> read = Set.of(topics.requests(), topics.interactiveRequests(), topics.control(), topics.models());
        Set<String> written = Set.of(
                topics.results(),
                topics.replies(),
                topics.jobs(),
                topics.progress(),
                topics.deadLetters(),
                topics.workerControl());
        if (read.contains(topic)) {
            return READS;
        }
        return written.contains(topic) || topic.startsWith(topics.work("")) ? WRITES : BOTH;
    }
}
