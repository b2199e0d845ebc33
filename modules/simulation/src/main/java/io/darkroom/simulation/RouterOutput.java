package io.darkroom.simulation;

import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.wire.CancelWork;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.router.dispatch.DispatchEvents;
import io.darkroom.router.ingress.Passage;
import io.darkroom.router.job.JobEvents;
import io.darkroom.router.job.JobNames;
import io.darkroom.router.job.JobOutput;
import java.util.Optional;

/** Where what the simulated router decides is written: within its transaction, as the Streams shell does it. */
record RouterOutput(Topics topics, Story story, Transaction transaction) {

    /** What a door let through, but for what is meant for a whole tenant. */
    void pass(Passage passage) {
        switch (passage) {
            case Passage.ToJob(JobEvent event) -> tellJob(event);
            case Passage.ToPool(String pool, var event) -> topics.dispatch.append(pool, event, transaction);
            case Passage.ToDeadLetters(DeadLetter letter) ->
                topics.deadLetters.append(letter.key(), letter, transaction);
            case Passage.ToTenant(String tenant, var _) ->
                throw new IllegalArgumentException("of tenant " + tenant + ": only its jobs can be told");
        }
    }

    void publish(String job, JobOutput output) {
        switch (output) {
            case JobOutput.Result(var result) -> {
                story.tell("the router decides that %s has %s", result.id(), result.status());
                topics.results.append(job, result, transaction);
            }
            case JobOutput.Reply(var reply) -> topics.replies.append(job, reply, transaction);
            case JobOutput.Want(WorkItem item) -> {
                story.tell(
                        "the router wants attempt %d at work item %d of %s",
                        item.getAttempt(), item.getIndex(), item.getJob().getId());
                topics.dispatch.append(item.getPool(), DispatchEvents.wanted(item), transaction);
            }
            case JobOutput.Free(String pool, var attempt) ->
                topics.dispatch.append(pool, DispatchEvents.freed(attempt), transaction);
            case JobOutput.Move(String pool, var attempt, var priority) ->
                topics.dispatch.append(pool, DispatchEvents.moved(attempt, priority), transaction);
            case JobOutput.StopWork(JobKey key, String reason) ->
                topics.workerControl.append(
                        job,
                        WorkerControl.newBuilder()
                                .setCancel(CancelWork.newBuilder().setJob(key).setReason(reason))
                                .build(),
                        transaction);
            case JobOutput.GivenUp(DeadLetter letter) -> topics.deadLetters.append(letter.key(), letter, transaction);
            case JobOutput.Keep(String tenant, String name, var record) ->
                topics.kept.append(Topics.keptKey(tenant, name), Optional.of(record), transaction);
            case JobOutput.Lost(String tenant, String name) ->
                topics.kept.append(Topics.keptKey(tenant, name), Optional.empty(), transaction);
            case JobOutput.ForgedEvent(var attempt) ->
                story.tell(
                        "the router does not believe an event of %s",
                        attempt.getJob().getId());
            case JobOutput.Status _, JobOutput.Forgotten _ -> {}
        }
    }

    void release(String pool, WorkItem item) {
        topics.pools.get(pool).work().append(pool, item, transaction);
        tellJob(JobEvents.released(item));
    }

    void tellJob(JobEvent event) {
        topics.jobEvents.append(JobNames.of(event.getTenant(), event.getId()), event, transaction);
    }
}
