package io.darkroom.system.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports, for servers that keep theirs over a restart. They lie below those that systems give to outgoing connections
 * (32768 and up on Linux): one of these would otherwise take a server's port while the server is away.
 */
final class Ports {

    private static final int LOWEST = 12_000;
    private static final int BEYOND = 32_000;

    private final Deque<Integer> free = new ArrayDeque<>();

    Ports(int count) {
        while (free.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
            if (!free.contains(port) && isFree(port)) {
                free.add(port);
            }
        }
    }

    int next() {
        return free.remove();
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
