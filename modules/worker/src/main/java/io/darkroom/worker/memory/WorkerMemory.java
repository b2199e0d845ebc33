package io.darkroom.worker.memory;

/**
 * How a worker's heap is lent: half of it is for images and tensors, the rest for everything else. A work item reserves what its
 * plan says before it begins, so that none stops half-way for want of memory that another holds. Files from outside say only in
 * their own headers how large they become; decoding one takes from a share of its own, which nobody keeps for longer.
 *
 * @param items what whole work items hold
 * @param decoding what the decoding of one file after the other takes beside that
 */
public record WorkerMemory(MemoryShare items, MemoryShare decoding) {

    /** Of a heap of that many bytes. */
    public static WorkerMemory ofHeap(long bytes) {
        return new WorkerMemory(new MemoryShare(Math.max(1, bytes / 8 * 3)), new MemoryShare(Math.max(1, bytes / 8)));
    }
}
