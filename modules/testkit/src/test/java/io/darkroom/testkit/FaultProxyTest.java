package io.darkroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        proxy = FaultProxy.before("127.0.0.1", echo.getLocalPort());
    }

    /** Sends back what it gets. */
    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                Thread.ofVirtual().start(() -> {
                    try (client) {
                        client.getInputStream().transferTo(client.getOutputStream());
                    } catch (IOException e) {
                        // The client left.
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    private byte[] sendAndReceive(int bytes) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
            socket.getOutputStream().write(new byte[bytes]);
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        }
    }

    @Test
    void withoutAFaultEverythingPasses() throws IOException {
        assertThat(sendAndReceive(100_000)).hasSize(100_000);
        assertThat(proxy.accepted()).isEqualTo(1);
    }

    @Test
    void aDelayedAnswerIsWhole() throws IOException {
        proxy.set(new NetworkFault.Delay(Duration.ofMillis(50)));
        assertThat(sendAndReceive(100_000)).hasSize(100_000);
    }

    @Test
    void aCutAnswerNeverIsLongerThanTheCut() {
        proxy.set(new NetworkFault.CutAfter(1000));
        int received = 0;
        try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
            socket.getOutputStream().write(new byte[5000]);
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                received++;
            }
        } catch (IOException reset) {
            assertThat(reset).isNotNull();
        }
        assertThat(received).isLessThanOrEqualTo(1000);
    }

    @Test
    void aStalledConnectionStaysOpenAndSilent() throws IOException {
        proxy.set(new NetworkFault.Stall());
        try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
            socket.setSoTimeout(100);
            socket.getOutputStream().write(1);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aRefusedConnectionEndsWithoutAByte() {
        proxy.set(new NetworkFault.Refuse());
        byte[] received = new byte[0];
        try {
            received = sendAndReceive(10);
        } catch (IOException reset) {
            assertThat(reset).isNotNull();
        }
        assertThat(received).isEmpty();
    }

    @Test
    void openConnectionsMeetANewFaultByBeingDropped() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
            socket.getOutputStream().write(7);
            assertThat(socket.getInputStream().read()).isEqualTo(7);
            proxy.set(new NetworkFault.Stall());
            boolean ended;
            try {
                ended = socket.getInputStream().read() < 0;
            } catch (IOException reset) {
                ended = true;
            }
            assertThat(ended).isTrue();
        }
    }

    @Test
    void asManyRequestsAsWantedAreAnsweredWith503() throws Exception {
        try (S3Server server = S3Server.start("bucket");
                FaultProxy before = FaultProxy.before("127.0.0.1", server.port());
                HttpClient client = HttpClient.newHttpClient()) {
            before.set(new NetworkFault.Unavailable(2));
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + before.port() + "/bucket/key"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .PUT(BodyPublishers.ofByteArray(new byte[300_000]))
                    .build();
            for (int expected : new int[] {503, 503, 403}) {
                HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(expected);
            }
        }
    }
}
