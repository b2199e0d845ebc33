package io.darkroom.inference.device;

import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.ModelFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ControlNets on a device, each loaded at its first use, and the UNets that have some beside them. */
final class ControlNets implements AutoCloseable {
    private final Device device;
    private final NetworkLoader loader;
    private final Map<ControlNetFolder, Loaded<Network>> networks = new HashMap<>();
    private final Map<Combination, ControlledUNet> unets = new HashMap<>();

    ControlNets(Device device, NetworkLoader loader) {
        this.device = device;
        this.loader = loader;
    }

    private record Combination(ModelFolder folder, List<ControlNetFolder> nets) {}

    /** Holds nothing but references to networks that are shared, so that their number does not matter. */
    synchronized ControlledUNet of(ModelFolder folder, List<ControlNetFolder> nets) throws DeviceException {
        Combination combination = new Combination(folder, List.copyOf(nets));
        ControlledUNet known = unets.get(combination);
        if (known != null) {
            return known;
        }
        List<LoadedControlNet> loaded = new ArrayList<>();
        for (ControlNetFolder net : nets) {
            loaded.add(new LoadedControlNet(network(net).get(), net));
        }
        ControlledUNet made = new ControlledUNet(
                device.networks(folder).loadedUNet(),
                loaded,
                nets.getFirst().residuals().count());
        unets.put(combination, made);
        return made;
    }

    private Loaded<Network> network(ControlNetFolder folder) {
        return networks.computeIfAbsent(folder, absent -> new Loaded<>(() -> loader.loadStepping(absent.network(), 0)));
    }

    /** Frees all; no call may be running. */
    @Override
    public synchronized void close() {
        unets.clear();
        networks.values().forEach(network -> network.close(Network::close));
    }
}
