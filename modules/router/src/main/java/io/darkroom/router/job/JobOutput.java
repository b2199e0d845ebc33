package io.darkroom.router.job;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.result.JobReply;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.status.JobStatus;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.KeptRecord;

/** What a decision about a job tells others. */
public sealed interface JobOutput {
    /** The one outcome of the job's run. */
    record Result(JobResult result) implements JobOutput {}

    /** For a person to look at: the job failed for no fault of its user. */
    record GivenUp(DeadLetter letter) implements JobOutput {}

    /** The answer to a repeat or to a control record. */
    record Reply(JobReply reply) implements JobOutput {}

    /** Where the job stands now. */
    record Status(JobStatus status) implements JobOutput {}

    /** The job's id is no longer remembered. */
    record Forgotten() implements JobOutput {}

    /** To dispatch: this can run. */
    record Want(WorkItem item) implements JobOutput {}

    /** To dispatch: this attempt is over, or no longer wanted. */
    record Free(String pool, AttemptKey attempt) implements JobOutput {}

    /** To dispatch: this attempt has another priority, if it still waits. */
    record Move(String pool, AttemptKey attempt, Priority priority) implements JobOutput {}

    /** To the other runs and jobs: what a work item hands on is kept under that name. */
    record Keep(String tenant, String name, KeptRecord record) implements JobOutput {}

    /** To the other runs and jobs: what was kept under that name is gone. */
    record Lost(String tenant, String name) implements JobOutput {}

    /** To the operator: somebody reported about the attempt who was not given it. It changed nothing. */
    record ForgedEvent(AttemptKey attempt) implements JobOutput {}

    /** To all workers: nobody waits for this job any more. */
    record StopWork(JobKey job, String reason) implements JobOutput {}
}
