package io.darkroom.system.faults;

import io.darkroom.testkit.TrapProxy;

/**
 * A process of Darkroom and its network.
 *
 * @param kafka between it and the brokers
 * @param store between it and the object store; a router has none to talk to
 */
record Member(String name, Child child, TrapProxy kafka, TrapProxy store) {

    void restart() throws InterruptedException {
        child.terminate();
        child.start();
    }

    void killAndStart() throws InterruptedException {
        child.kill();
        child.start();
    }
}
