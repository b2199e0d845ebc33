package io.darkroom.inference.device;

/** A model's networks for as long as they are used. */
public final class NetworksLease implements AutoCloseable {
    private final ModelNetworks networks;
    private final Runnable end;

    /**
     * @param end what is done when they are no longer used
     */
    NetworksLease(ModelNetworks networks, Runnable end) {
        this.networks = networks;
        this.end = end;
    }

    public ModelNetworks networks() {
        return networks;
    }

    /** Once. */
    @Override
    public void close() {
        end.run();
    }
}
