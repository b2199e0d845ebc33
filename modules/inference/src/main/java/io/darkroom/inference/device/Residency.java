package io.darkroom.inference.device;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which networks are in memory. A network is opened when it is called, and closed when another one needs its place; both happen on
 * the device's thread, between two calls. What the steps of the batch use stays while there is a batch, or two jobs would throw
 * each other out at every step.
 *
 * <p>With {@link Memory.Mode#OFFLOAD} this is what diffusers' {@code enable_model_cpu_offload} does. Its {@code
 * enable_sequential_cpu_offload}, which moves single layers, has no counterpart: a session of ONNX Runtime is loaded as a whole.
 */
final class Residency {
    /** A UNet that so many calls of UNets went by is none of the batch's: shapes take turns, and a batch rarely has more. */
    private static final long RECENT_CALLS = 16;

    private final Memory memory;

    /** From the one whose use lies back furthest. */
    private final Set<Network> open = new LinkedHashSet<>();

    private long steppingCalls;
    private boolean batch;

    Residency(Memory memory) {
        this.memory = memory;
    }

    /** Whether a network may be opened before it is called. */
    boolean opensEarly() {
        return memory.isUnlimited();
    }

    /** Whether there is a batch whose networks are in use. */
    synchronized void batch(boolean running) {
        batch = running;
    }

    /** One that is called next: makes room for it if it is not there. */
    synchronized void enter(Network network) {
        if (network.isStepping()) {
            network.steppedAt(++steppingCalls);
        }
        if (!open.remove(network)) {
            victims(network).forEach(this::close);
        }
        open.add(network);
    }

    /** One that was opened by a thread that may close nothing: the device's thread may be calling any other. */
    synchronized void admit(Network network) {
        open.add(network);
    }

    synchronized void leave(Network network) {
        open.remove(network);
    }

    /**
     * Closes all others that the batch does not use, for one that ran out of memory.
     *
     * @return whether there were any
     */
    synchronized boolean closeOthers(Network network) {
        List<Network> idle = idle(network);
        idle.forEach(this::close);
        return !idle.isEmpty();
    }

    /** How many are open. */
    synchronized int size() {
        return open.size();
    }

    private List<Network> victims(Network entering) {
        if (memory.mode() != Memory.Mode.RESIDENT) {
            return idle(entering);
        }
        if (memory.limitBytes().isEmpty()) {
            return List.of();
        }
        long over = open.stream().mapToLong(Network::bytes).sum()
                + entering.bytes()
                - memory.limitBytes().get();
        List<Network> victims = new ArrayList<>();
        for (Network network : idle(entering)) {
            if (over > 0) {
                victims.add(network);
                over -= network.bytes();
            }
        }
        return victims;
    }

    private List<Network> idle(Network except) {
        return open.stream()
                .filter(network -> network != except && !isStepping(network))
                .toList();
    }

    private boolean isStepping(Network network) {
        return batch && network.isStepping() && steppingCalls - network.steppedAt() < RECENT_CALLS;
    }

    private void close(Network network) {
        open.remove(network);
        network.closeSession();
    }
}
