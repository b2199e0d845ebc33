package io.darkroom.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small TCP proxy in front of any server, which behaves as networks and overloaded servers do.
 * The fault may be changed while it runs; connections that are open then are dropped, so that the
 * next request meets the new fault.
 */
public final class FaultProxy implements AutoCloseable {
    private static final String OVERLOADED = "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code>"
            + "<Message>Please reduce your request rate.</Message></Error>";

    private final ServerSocket listener;
    private final String serverHost;
    private final int serverPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile ActiveFault fault = new ActiveFault(new NetworkFault.None());

    /** A fault with what is left of it. */
    private record ActiveFault(NetworkFault fault, AtomicInteger unavailableLeft) {
        ActiveFault(NetworkFault fault) {
            this(fault, new AtomicInteger(fault instanceof NetworkFault.Unavailable(int requests) ? requests : 0));
        }
    }

    private FaultProxy(ServerSocket listener, String serverHost, int serverPort) {
        this.listener = listener;
        this.serverHost = serverHost;
        this.serverPort = serverPort;
    }

    /**
     * Listens on a free port of the loopback interface; passes everything on until told otherwise.
     */
    public static FaultProxy before(String host, int port) {
        try {
            FaultProxy proxy = new FaultProxy(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), host, port);
            Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Applies to connections from now on; open ones are dropped. */
    public void set(NetworkFault newFault) {
        fault = new ActiveFault(newFault);
        open.forEach(FaultProxy::drop);
    }

    /** Connections so far, whatever became of them. */
    public int accepted() {
        return accepted.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                open.add(client);
                ActiveFault current = fault;
                Thread.ofVirtual().name("fault-proxy-connection").start(() -> serve(client, current));
            } catch (IOException e) {
                // The listener was closed, or the client left while it was accepted.
            }
        }
    }

    private void serve(Socket client, ActiveFault active) {
        try (client) {
            switch (active.fault()) {
                case NetworkFault.Refuse() -> client.setSoLinger(true, 0);
                case NetworkFault.Unavailable(int ignored)
                when active.unavailableLeft().getAndDecrement() > 0 -> answerUnavailable(client);
                default -> forward(client, active.fault());
            }
        } catch (IOException e) {
            // Either side left; that is what this class is for.
        } finally {
            open.remove(client);
        }
    }

    private static void answerUnavailable(Socket client) throws IOException {
        byte[] body = OVERLOADED.getBytes(StandardCharsets.UTF_8);
        InputStream in = client.getInputStream();
        if (in.read() < 0) {
            return;
        }
        OutputStream out = client.getOutputStream();
        out.write(("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                        + "Content-Length: "
                        + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        client.shutdownOutput();
        // A close with unread bytes would reset the connection before the client reads the answer.
        in.transferTo(OutputStream.nullOutputStream());
    }

    private void forward(Socket client, NetworkFault current) throws IOException {
        try (Socket server = new Socket(serverHost, serverPort)) {
            open.add(server);
            Thread up = Thread.ofVirtual().name("fault-proxy-up").start(() -> pump(client, server));
            answer(server, client, current);
            drop(client);
            drop(server);
            up.join();
            open.remove(server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(Socket server, Socket client, NetworkFault current) throws IOException, InterruptedException {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        switch (current) {
            case NetworkFault.Stall() -> closed.await();
            case NetworkFault.Delay(var duration) -> {
                int first = in.read();
                if (first >= 0 && !closed.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                    out.write(first);
                    in.transferTo(out);
                }
            }
            case NetworkFault.CutAfter(long bytes) -> {
                copy(in, out, bytes);
                client.setSoLinger(true, 0);
            }
            default -> in.transferTo(out);
        }
    }

    private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
        long left = bytes;
        byte[] buffer = new byte[8192];
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                return;
            }
            out.write(buffer, 0, n);
            left -= n;
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The other direction sees it too.
        }
    }

    private static void drop(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(FaultProxy::drop);
    }
}
