package io.darkroom.router.dispatch;

import io.darkroom.contract.wire.WorkItem;
import java.util.Optional;

/** Whether a tenant may have one more work item wait for a pool. */
final class TenantRoom {
    private TenantRoom() {}

    /** Why it may not; empty if it may. */
    static Optional<String> lacking(
            WorkItem item, TenantShare share, PoolQueues queues, int tenantsWaiting, int mostTenantsWaiting) {
        // A job that was let in is not turned away later: not for a retry, and not for its next item.
        if (!item.getFirst()) {
            return Optional.empty();
        }
        String tenant = item.getJob().getTenant();
        if (queues.waitingFor(tenant) == 0 && tenantsWaiting >= mostTenantsWaiting) {
            return Optional.of(tenantsWaiting + " tenants have work waiting for pool " + item.getPool() + "; at most "
                    + mostTenantsWaiting + " may, and tenant " + tenant
                    + " is none of them; submit again when some of theirs is done");
        }
        if (queues.waitingFor(tenant) >= share.maxQueued()) {
            return Optional.of(
                    "tenant " + tenant + " has " + queues.waitingFor(tenant) + " work items waiting for pool "
                            + item.getPool() + ", as many as it may; submit again when some are done");
        }
        if (item.getPixels() > share.maxPixelsQueued()) {
            return Optional.of("work item " + item.getIndex() + " draws " + item.getPixels() + " pixels; tenant "
                    + tenant + " may have "
                    + share.maxPixelsQueued() + " waiting for pool " + item.getPool()
                    + ": ask for fewer or smaller pictures");
        }
        long waiting = queues.pixelsWaitingFor(tenant);
        if (waiting > share.maxPixelsQueued() - item.getPixels()) {
            return Optional.of("tenant " + tenant + " has work waiting for pool " + item.getPool() + " that draws "
                    + waiting + " pixels, and work item " + item.getIndex() + " draws " + item.getPixels()
                    + " more; it may have "
                    + share.maxPixelsQueued() + "; submit again when some is done");
        }
        return Optional.empty();
    }
}
