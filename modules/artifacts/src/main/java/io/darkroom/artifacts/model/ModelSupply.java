package io.darkroom.artifacts.model;

import java.util.List;

/**
 * Where a process has models from that are not on its machine.
 *
 * @param stores asked in this order
 * @param cache where they are put
 */
public record ModelSupply(List<ModelStore> stores, ModelCache cache) {
    public ModelSupply {
        stores = List.copyOf(stores);
    }

    /** A model that stays on this machine until what is returned is closed. */
    public CachedModel use(String digest, Transfer transfer) throws ModelStoreException, InterruptedException {
        return cache.use(digest, stores, transfer);
    }
}
