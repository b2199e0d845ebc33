package io.darkroom.inference.device;

import io.darkroom.inference.lora.AppliedLora;
import io.darkroom.inference.lora.LoraException;
import io.darkroom.inference.lora.WeightChanges;
import io.darkroom.inference.model.ModelFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Models with LoRAs merged into their weights, each with networks of its own, so that rows with different ones never share a
 * call. Each is as large as what is changed of its model, so only a few that nobody uses are kept, those that were used last.
 */
final class AdaptedModels {
    /** Kept beyond those in use. */
    private static final int IDLE = 2;

    private final Device device;
    private final NetworkLoader loader;

    /** From the one whose use lies back furthest. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    AdaptedModels(Device device, NetworkLoader loader) {
        this.device = device;
        this.loader = loader;
    }

    private record Key(ModelFolder folder, List<AppliedLora> loras) {}

    private static final class Entry {
        private final Loaded<ModelNetworks> networks;
        private int users;

        Entry(Loaded.Loading<ModelNetworks> loading) {
            this.networks = new Loaded<>(loading);
        }
    }

    /** Networks that stay as long as the lease. */
    NetworksLease lease(ModelFolder folder, List<AppliedLora> loras) throws DeviceException {
        Key key = new Key(folder, List.copyOf(loras));
        Entry entry = enter(key);
        try {
            ModelNetworks networks = entry.networks.get();
            return new NetworksLease(networks, () -> leave(key, entry));
        } catch (DeviceException | RuntimeException e) {
            leave(key, entry);
            throw e;
        }
    }

    private synchronized Entry enter(Key key) {
        Entry known = entries.remove(key);
        Entry entry =
                known == null ? new Entry(() -> new ModelNetworks(device, loader, key.folder(), changes(key))) : known;
        entries.put(key, entry);
        entry.users++;
        return entry;
    }

    private void leave(Key key, Entry entry) {
        List<Entry> dropped = new ArrayList<>();
        synchronized (this) {
            entry.users--;
            List<Map.Entry<Key, Entry>> idle = entries.entrySet().stream()
                    .filter(candidate -> candidate.getValue().users == 0)
                    .toList();
            for (Map.Entry<Key, Entry> old : idle.subList(0, Math.max(0, idle.size() - IDLE))) {
                entries.remove(old.getKey());
                dropped.add(old.getValue());
            }
        }
        // between two calls, since a stage that was interrupted may still have rows in the one that runs
        dropped.forEach(old -> device.between(() -> old.networks.close(ModelNetworks::close)));
    }

    private static WeightChanges changes(Key key) throws DeviceException {
        try {
            WeightChanges changes =
                    WeightChanges.of(key.loras(), key.folder().unetShape().layersPerBlock());
            changes.requireParts(ModelNetworks.loraParts(key.folder()));
            return changes;
        } catch (LoraException e) {
            throw new DeviceException(DeviceException.Kind.UNFIT, e.getMessage(), e);
        }
    }

    /** How many are loaded or being loaded. */
    synchronized int size() {
        return entries.size();
    }

    /** Frees all; no call may be running. */
    synchronized void close() {
        entries.values().forEach(entry -> entry.networks.close(ModelNetworks::close));
        entries.clear();
    }
}
