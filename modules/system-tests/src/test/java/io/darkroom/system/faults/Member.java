package io.darkroom.system.faults;

import io.darkroom.testkit.TrapProxy;

/**
 * A process of Darkroom and its network.
 *
 * @param present how it is started from this checkout
 * @param kafka between it and the brokers
 * @param store between it and the object store; a router has none to talk to
 */
record Member(String name, Child child, Child.Command present, TrapProxy kafka, TrapProxy store) {

    void restart() throws InterruptedException {
        child.terminate();
        child.start();
    }

    /** Comes back as this checkout's. */
    void upgrade() throws InterruptedException {
        child.terminate();
        child.becomes(present);
        child.start();
    }

    void killAndStart() throws InterruptedException {
        child.kill();
        child.start();
    }
}
