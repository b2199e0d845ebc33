package io.darkroom.worker.control;

import io.darkroom.contract.wire.JobKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runs of jobs that were cancelled lately. Written by the control reader, asked by every slot
 * at every step; safe for many threads.
 */
public final class CancelledJobs {

    private final int capacity;
    private final Set<JobKey> cancelled = ConcurrentHashMap.newKeySet();
    private final Deque<JobKey> oldestFirst = new ArrayDeque<>();

    /**
     * @param capacity cancellations remembered; beyond it the oldest is forgotten, whose work would
     *     then run to its end for nothing, since the router accepts no outcome of it
     */
    public CancelledJobs(int capacity) {
        this.capacity = capacity;
    }

    public boolean contains(JobKey job) {
        return cancelled.contains(job);
    }

    synchronized void add(JobKey job) {
        if (!cancelled.add(job)) {
            return;
        }
        oldestFirst.add(job);
        if (oldestFirst.size() > capacity) {
            cancelled.remove(oldestFirst.remove());
        }
    }
}
