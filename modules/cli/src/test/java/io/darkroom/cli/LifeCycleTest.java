package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How processes begin and end, as the system that runs them sees it. */
class LifeCycleTest {
    private static final Duration ENDS_AT_ONCE = Duration.ofSeconds(30);
    private static final Duration UP_ENDS_WITHIN = Duration.ofSeconds(90);
    private static final int BY_SIGTERM = 128 + 15;

    @TempDir
    Path folder;

    @Test
    void aSecondProcessOnAFoldersDataSaysSoAndLeavesTheFirstAlone() throws Exception {
        String port = Integer.toString(freePort());
        String data = folder.resolve("data").toString();
        Path log = folder.resolve("data/darkroom.log");
        try (DarkroomProcess first = up("first", data, port).awaitOutput("Ctrl-C stops it.")) {
            byte[] before = Files.readAllBytes(log);
            try (DarkroomProcess second = up("second", data, Integer.toString(freePort()));
                    DarkroomProcess broker = darkroom("broker", "broker", "--data", data, "--port", "0")) {
                for (DarkroomProcess late : List.of(second, broker)) {
                    assertThat(late.await(ENDS_AT_ONCE)).isEqualTo(ExitCode.INFRASTRUCTURE);
                    assertThat(late.output()).contains("in use by darkroom up, process " + first.pid());
                }
            }
            assertThat(Files.readAllBytes(log)).startsWith(before);
            try (DarkroomProcess topics =
                    darkroom("topics", "topics", "list", "--bootstrap-server", "localhost:" + port)) {
                assertThat(topics.await(ENDS_AT_ONCE)).isZero();
            }
            assertThat(first.terminate().await(UP_ENDS_WITHIN)).isEqualTo(BY_SIGTERM);
        }
    }

    @Test
    void aRouterAndAWorkerEndWithinTheirGraceWhenTheirBrokerIsGone() throws Exception {
        int port = freePort();
        String server = "localhost:" + port;
        String store = folder.resolve("store").toString();
        Files.createDirectories(folder.resolve("store"));
        try (DarkroomProcess broker = darkroom(
                        "broker", "broker", "--data", folder.resolve("broker").toString(), "--port", "" + port)
                .awaitOutput("broker ready")) {
            run("topics", "create", "--bootstrap-server", server, "--pool", "default");
            run("models", "import", "../models/target/bundled/tiny-emoji", "--bootstrap-server", server);
            try (DarkroomProcess router = darkroom(
                            "router",
                            "router",
                            "--bootstrap-server",
                            server,
                            "--state-dir",
                            folder.resolve("state").toString());
                    DarkroomProcess worker = darkroom(
                            "worker",
                            "worker",
                            "--pool",
                            "default",
                            "--bootstrap-server",
                            server,
                            "--models",
                            "../models/target/bundled/tiny-emoji",
                            "--store-root",
                            store,
                            "--handover-uri",
                            folder.resolve("store/handover/").toUri().toString(),
                            "--drain-grace",
                            "PT2S")) {
                router.awaitOutput("router ready");
                worker.awaitOutput("worker ready");
                broker.kill();
                router.terminate();
                worker.terminate();
                assertThat(worker.await(Duration.ofSeconds(30))).isIn(BY_SIGTERM, 1);
                assertThat(router.await(Duration.ofSeconds(40))).isIn(BY_SIGTERM, 1);
            }
        }
    }

    @Test
    void noProcessEndsWithoutAWordWhateverIsThrown() throws Exception {
        for (String fault : List.of("OutOfMemoryError", "StackOverflowError", "NullPointerException")) {
            for (String thread : List.of("main", "another")) {
                try (DarkroomProcess process = DarkroomProcess.start(
                        folder.resolve(fault + "-" + thread),
                        Dying.class,
                        List.of("-Xmx32m", "-Xss512k"),
                        fault,
                        thread)) {
                    int code = process.await(ENDS_AT_ONCE);
                    assertThat(process.output()).as(fault + " on " + thread).contains("Darkroom failed", fault);
                    // A command goes on without the thread that a fault of one call has ended.
                    assertThat(code)
                            .isEqualTo(fault.equals("NullPointerException") && thread.equals("another") ? 0 : 1);
                }
            }
        }
    }

    private DarkroomProcess up(String name, String data, String port) throws IOException {
        return darkroom(name, "up", "--data", data, "--port", port, "--models", "../models/target/bundled/tiny-emoji");
    }

    private void run(String... arguments) throws Exception {
        try (DarkroomProcess process = darkroom(arguments[0] + "-" + arguments[1], arguments)) {
            assertThat(process.await(Duration.ofMinutes(1)))
                    .as(process.output())
                    .isZero();
        }
    }

    private DarkroomProcess darkroom(String name, String... arguments) throws IOException {
        return DarkroomProcess.darkroom(folder.resolve(name + ".out"), arguments);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
