package io.darkroom.testkit;

import io.darkroom.testkit.Trap.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The network between one process and the servers it talks to, which may lie down at an exact request: a {@link Trap}
 * catches it before the server sees it, or after the server has done it. Beside that, all connections can be made slow, cut,
 * or left open and silent.
 */
public final class TrapProxy implements AutoCloseable {

    private final Protocol protocol;
    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private Optional<Trap> armed = Optional.empty();
    private volatile Duration delay = Duration.ZERO;

    public TrapProxy(Protocol protocol) {
        this.protocol = protocol;
    }

    /** Listens on a free port of the loopback interface for what is meant for that port of it; gives the free port. */
    public int before(int serverPort) {
        try {
            var listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
            listeners.add(listener);
            Thread.ofVirtual().name("trap-proxy").start(() -> accept(listener, serverPort));
            return listener.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Catches the next request that is as wanted, on whichever connection; takes the place of a trap that caught none. */
    public synchronized Trap arm(Moment moment, Predicate<byte[]> wanted) {
        var trap = new Trap(moment, wanted);
        armed = Optional.of(trap);
        return trap;
    }

    public synchronized void disarm() {
        armed = Optional.empty();
    }

    /** Every message waits that long, either way. */
    public void delay(Duration each) {
        delay = each;
    }

    /** Ends all connections; new ones can be made at once. */
    public void cut() {
        open.forEach(Connection::close);
    }

    /** All connections stay open, but nothing passes any more, either way; new ones can be made at once. */
    public void silence() {
        open.forEach(connection -> connection.silent = true);
    }

    @Override
    public void close() {
        try {
            for (ServerSocket listener : listeners) {
                listener.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    /** The trap that this request springs; it catches no other. */
    private synchronized Optional<Trap> caughtBy(byte[] request) {
        Optional<Trap> trap = armed.filter(candidate -> candidate.wants(request));
        trap.ifPresent(_ -> disarm());
        return trap;
    }

    private void accept(ServerSocket listener, int serverPort) {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().name("trap-proxy-connection").start(() -> serve(client, serverPort));
            } catch (IOException e) {
                // The listener was closed, or the client left while it was accepted.
            }
        }
    }

    private void serve(Socket client, int serverPort) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            var connection = new Connection(client, server);
            open.add(connection);
            Thread up = Thread.ofVirtual().name("trap-proxy-up").start(connection::requests);
            connection.answers();
            up.join();
            open.remove(connection);
        } catch (IOException e) {
            // The server is away: the client sees its connection end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One client's connection, with the one to the server behind it. */
    private final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile boolean silent;

        /** The request whose answer is kept back. */
        private volatile Optional<Caught> caught = Optional.empty();

        private record Caught(Trap trap, byte[] request) {}

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() {
            pass(client, server, this::request);
        }

        void answers() {
            pass(server, client, this::answer);
        }

        /** Whether the message goes on. */
        private boolean request(byte[] message) {
            Optional<Trap> trap = caughtBy(message);
            boolean before =
                    trap.filter(sprung -> sprung.moment() == Moment.BEFORE).isPresent();
            if (before) {
                trap.get().spring();
            } else if (trap.isPresent()) {
                caught = Optional.of(new Caught(trap.get(), message));
            }
            return !before;
        }

        private boolean answer(byte[] message) {
            Optional<Caught> kept = caught.filter(held -> protocol.answers(message, held.request()));
            kept.ifPresent(held -> held.trap().spring());
            return kept.isEmpty();
        }

        private void pass(Socket from, Socket to, Predicate<byte[]> goesOn) {
            try {
                for (Optional<byte[]> next = protocol.next(from.getInputStream());
                        next.isPresent();
                        next = protocol.next(from.getInputStream())) {
                    Thread.sleep(delay);
                    if (!silent && goesOn.test(next.get())) {
                        to.getOutputStream().write(next.get());
                    } else {
                        silent = true;
                    }
                }
            } catch (IOException e) {
                // Either side left.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        void close() {
            drop(client);
            drop(server);
        }
    }

    private static void drop(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }
}
