package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.Priority;

/** Names one of a pool's queues: first come, first served holds within a tenant's work of one priority. */
public record QueueKey(String tenant, Priority priority) {}
