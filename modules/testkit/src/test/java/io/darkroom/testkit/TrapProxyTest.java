package io.darkroom.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.testkit.Trap.Moment;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrapProxyTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Long enough for an answer on the loopback interface to show that it comes, if it does. */
    private static final int SILENCE_MILLIS = 300;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private ServerSocket echo;
    private TrapProxy proxy;
    private int port;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        proxy = new TrapProxy(Protocol.KAFKA);
        port = proxy.before(echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void aRequestThatIsCaughtBeforeNeverComesToTheServer() throws Exception {
        Trap trap = proxy.arm(Moment.BEFORE, saying("two"));
        try (Socket socket = connect()) {
            send(socket, 1, "one");
            assertThat(receive(socket)).isEqualTo("one");
            send(socket, 2, "two");

            assertThat(trap.await(PATIENCE)).isTrue();
            assertThatThrownBy(() -> receive(socket)).isInstanceOf(SocketTimeoutException.class);
            assertThat(seen).containsExactly("one");
        }
    }

    @Test
    void aRequestThatIsCaughtAfterIsDoneAndNotAnswered() throws Exception {
        Trap trap = proxy.arm(Moment.AFTER, saying("two"));
        try (Socket socket = connect()) {
            send(socket, 1, "one");
            send(socket, 2, "two");

            assertThat(receive(socket)).isEqualTo("one");
            assertThat(trap.await(PATIENCE)).isTrue();
            assertThatThrownBy(() -> receive(socket)).isInstanceOf(SocketTimeoutException.class);
            assertThat(seen).containsExactly("one", "two");
        }
    }

    @Test
    void aTrapCatchesOneRequestOnly() throws Exception {
        Trap trap = proxy.arm(Moment.BEFORE, saying("one"));
        try (Socket caught = connect();
                Socket other = connect()) {
            send(caught, 1, "one");
            assertThat(trap.await(PATIENCE)).isTrue();
            send(other, 1, "one");

            assertThat(receive(other)).isEqualTo("one");
        }
    }

    @Test
    void aSilentConnectionStaysOpenAndANewOneSpeaks() throws Exception {
        try (Socket old = connect()) {
            send(old, 1, "one");
            assertThat(receive(old)).isEqualTo("one");

            proxy.silence();
            send(old, 2, "two");

            assertThatThrownBy(() -> receive(old)).isInstanceOf(SocketTimeoutException.class);
            try (Socket fresh = connect()) {
                send(fresh, 1, "three");
                assertThat(receive(fresh)).isEqualTo("three");
            }
        }
    }

    private static Predicate<byte[]> saying(String text) {
        return message -> new String(message, UTF_8).endsWith(text);
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(SILENCE_MILLIS);
        return socket;
    }

    /** As Kafka's requests begin: length, API key, version, correlation id. */
    private static void send(Socket socket, int correlation, String text) throws IOException {
        var out = new DataOutputStream(socket.getOutputStream());
        byte[] bytes = text.getBytes(UTF_8);
        out.writeInt(8 + bytes.length);
        out.writeShort(0);
        out.writeShort(0);
        out.writeInt(correlation);
        out.write(bytes);
    }

    private static String receive(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        int length = in.readInt();
        in.readInt();
        return new String(in.readNBytes(length - Integer.BYTES), UTF_8);
    }

    /** Answers each request with its own text. */
    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            var in = new DataInputStream(client.getInputStream());
            var out = new DataOutputStream(client.getOutputStream());
            while (true) {
                int length = in.readInt();
                in.readInt();
                int correlation = in.readInt();
                byte[] text = in.readNBytes(length - 8);
                seen.add(new String(text, UTF_8));
                out.writeInt(Integer.BYTES + text.length);
                out.writeInt(correlation);
                out.write(text);
            }
        } catch (IOException e) {
            // The client left.
        }
    }
}
