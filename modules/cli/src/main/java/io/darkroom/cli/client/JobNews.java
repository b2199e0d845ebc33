package io.darkroom.cli.client;

import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.status.JobProgress;
import io.darkroom.contract.status.JobStatus;

/** What can be heard of a job. */
public sealed interface JobNews {
    record Progress(JobProgress progress) implements JobNews {}

    record Status(JobStatus status) implements JobNews {}

    record Reply(JobReply reply) implements JobNews {}

    record Result(JobResult result) implements JobNews {}
}
