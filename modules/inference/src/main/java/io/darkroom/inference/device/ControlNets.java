package io.darkroom.inference.device;

import io.darkroom.inference.model.ControlNetFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ControlNets on a device, each loaded at its first use and shared by all UNets that have it beside them. */
final class ControlNets implements AutoCloseable {
    private final NetworkLoader loader;
    private final Map<ControlNetFolder, Loaded<Network>> networks = new HashMap<>();

    ControlNets(NetworkLoader loader) {
        this.loader = loader;
    }

    List<LoadedControlNet> loaded(List<ControlNetFolder> nets) throws DeviceException {
        List<LoadedControlNet> loaded = new ArrayList<>();
        for (ControlNetFolder net : nets) {
            loaded.add(new LoadedControlNet(network(net).get(), net));
        }
        return List.copyOf(loaded);
    }

    private synchronized Loaded<Network> network(ControlNetFolder folder) {
        return networks.computeIfAbsent(folder, absent -> new Loaded<>(() -> loader.loadStepping(absent.network(), 0)));
    }

    /** Frees all; no call may be running. */
    @Override
    public synchronized void close() {
        networks.values().forEach(network -> network.close(Network::close));
    }
}
