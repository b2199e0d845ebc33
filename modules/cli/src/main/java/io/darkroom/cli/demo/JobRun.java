package io.darkroom.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.contract.result.JobResult;
import java.time.Duration;
import java.util.List;

/**
 * One run of one of the demo's jobs.
 *
 * @param wall from the request's send to the result's arrival
 * @param files the pictures' files, in the order of the result's images
 */
record JobRun(GuideJob job, ObjectNode request, JobResult result, Duration wall, List<byte[]> files) {

    /** How many work items the stages ran as: 1 when all were fused. */
    long workItems() {
        return result.stages().stream()
                .map(JobResult.StageSummary::workItem)
                .distinct()
                .count();
    }

    /** What the workers computed, in milliseconds. */
    long computedMillis() {
        return result.stages().stream()
                .mapToLong(stage -> stage.computedMs().orElse(0L))
                .sum();
    }
}
