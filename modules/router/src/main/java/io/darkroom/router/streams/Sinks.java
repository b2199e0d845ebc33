package io.darkroom.router.streams;

/**
 * Names of the sinks that one part of the topology forwards to. Each part has its own, because a
 * sink that two parts shared would make them one part, whose partitions are then read by one task,
 * oldest record first.
 */
record Sinks(String part) {
    String jobEvents() {
        return part + "-to-job-events";
    }

    String tenants() {
        return part + "-to-tenants";
    }

    String dispatch() {
        return part + "-to-dispatch";
    }

    String deadLetters() {
        return part + "-to-dead-letters";
    }

    String results() {
        return part + "-to-results";
    }

    String replies() {
        return part + "-to-replies";
    }

    String jobs() {
        return part + "-to-jobs";
    }

    String workerControl() {
        return part + "-to-worker-control";
    }

    String workEvents() {
        return part + "-to-work-events";
    }

    String kept() {
        return part + "-to-kept";
    }

    String work() {
        return part + "-to-work";
    }
}
