package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "generate",
                "up",
                "broker",
                "router",
                "worker",
                "submit",
                "watch",
                "cancel",
                "cancel-tenant",
                "reprioritise",
                "dead-letters",
                "dead-letters list",
                "dead-letters show",
                "dead-letters replay",
                "dead-letters discard",
                "topics",
                "topics create",
                "topics list",
                "models",
                "models list",
                "models import",
                "models verify",
                "models remove",
                "bench",
                "simulate"
            })
    void theHelpOfEveryCommandSaysHowToCallItAndItsExitCodes(String command) {
        CliRun run = CliRun.of((command + " --help").split(" "));
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("Usage: darkroom " + command, "Exit codes:", "3   The job was rejected");
        assertThat(run.out()).doesNotContain("null", "${");
    }

    @Test
    void helpNamesEveryCommandAndWhereToBegin() {
        assertThat(CliRun.of("--help").out())
                .contains("demo", "submit", "generate-completion", "To begin:", "darkroom demo");
    }

    @Test
    void aMisspeltCommandIsAnsweredWithTheRightOne() {
        CliRun run = CliRun.of("sumbit", "job.json");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("'sumbit'", "Did you mean: darkroom submit?");
    }

    @Test
    void aParameterSpeltAsInPythonIsAnsweredWithTheFlag() {
        CliRun run = CliRun.of("generate", "--model", "m", "--out", "o.png", "--num_inference_steps=3");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--num_inference_steps", "--num-inference-steps");
    }

    @Test
    void aValueOfTheWrongKindIsNamedWithItsFlag() {
        CliRun run = CliRun.of("generate", "--model", "m", "--out", "o.png", "--width", "broad");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("'--width'", "'broad'", "darkroom generate --help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense --help",
                "models nonsense --help",
                "--help nonsense",
                "dead-letters nonsense -h",
                "generate --nonsense --help",
                "--version nonsense",
                "help nonsense"
            })
    void whatIsUnknownIsRefusedBesideHelpToo(String command) {
        CliRun run = CliRun.of(command.split(" "));
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("nonsense");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void weightsThatArePicklesAreRefusedByNameWithWhatToDo(@TempDir Path folder) throws IOException {
        String file = Files.writeString(folder.resolve("cat.pt"), "pickle").toString();
        Path only = Files.createDirectory(folder.resolve("only"));
        Files.writeString(only.resolve("learned_embeds.bin"), "pickle");
        for (CliRun run : new CliRun[] {
            CliRun.of("generate", "--model", "m", "--prompt", "x", "--print-job", "--textual-inversion", file + "=cat"),
            CliRun.of("generate", "--model", "m", "--prompt", "x", "--print-job", "--lora", file + "=0.5"),
            CliRun.of("generate", "--model", "m", "--prompt-embeds", file, "--print-job"),
            CliRun.of("models", "import", file),
        }) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains(file + " is a Python pickle", "safetensors file", "torch.load");
        }
        CliRun run = CliRun.of("worker", "--pool", "p", "--handover-uri", "file:///tmp/", "--models", only.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.INFRASTRUCTURE);
        assertThat(run.err()).contains("learned_embeds.bin is a Python pickle");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsRefusedBeforeAnythingRuns(@TempDir Path folder) throws IOException {
        Path taken = Files.createDirectory(folder.resolve("fox.png"));
        Path film = Files.createDirectory(folder.resolve("film.gif"));
        Path file = Files.writeString(folder.resolve("file"), "");
        String[] generate = {"generate", "--model", "tiny-emoji", "--prompt", "x", "--out"};

        assertThat(with(generate, taken.toString()).err()).contains("--out: " + taken + " is a folder; name a file");
        assertThat(with(generate, folder.resolve("a.png").toString(), "--grid", taken.toString())
                        .err())
                .contains("--grid: " + taken + " is a folder");
        assertThat(with(generate, folder.resolve("a.png").toString(), "--animation", film.toString())
                        .err())
                .contains("--animation: " + film + " is a folder");
        assertThat(with(generate, file.resolve("a.png").toString()).err()).contains(file + " is not a folder");
        assertThat(with(generate, "a.png", "--grid", "a.png").err()).contains("must name different files");
        assertThat(with(generate, "a.png", "--grid", "b.jpg").err()).contains("must end as --out does");
    }

    private static CliRun with(String[] beginning, String... rest) {
        CliRun run =
                CliRun.of(Stream.concat(Stream.of(beginning), Stream.of(rest)).toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        return run;
    }

    @Test
    void aMissingFlagIsNamed() {
        CliRun run = CliRun.of("worker", "--pool", "p");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--handover-uri");
    }

    @Test
    void slotsAndDevicesOutsideTheirRangeAreRefusedWithTheRange() {
        assertThat(CliRun.of("up", "--slots", "65").err()).contains("65 is outside 1..64");
        assertThat(CliRun.of("up", "--device", "gpu").err()).contains("gpu is neither cpu nor cuda:N, as in cuda:0");
    }

    @Test
    void commandsOfTopicsAreNamedWhenNoneIsGiven() {
        CliRun run = CliRun.of("topics");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("create or list");
    }

    @Test
    void aFileThatIsNotThereIsAMatterOfUsage() {
        CliRun run = CliRun.of("submit", "no-such-job.json");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("no-such-job.json cannot be read");
    }

    @Test
    void withoutABrokerOneIsToldHowToStartOne(@TempDir Path folder) throws IOException {
        Path job = Files.writeString(folder.resolve("job.json"), "{\"id\": \"a\"}");
        String nobody = "localhost:" + freePort();
        CliRun run = CliRun.of("submit", job.toString(), "--bootstrap-server", nobody);
        assertThat(run.exitCode()).isEqualTo(ExitCode.INFRASTRUCTURE);
        assertThat(run.err())
                .contains("no broker answers at " + nobody, "darkroom up")
                .doesNotContain("Exception", "\tat ");
    }

    @Test
    void verboseShowsTheStackTrace(@TempDir Path folder) {
        CliRun run = CliRun.of("models", "verify", folder.toString(), "--verbose");
        assertThat(run.exitCode()).isEqualTo(ExitCode.INFRASTRUCTURE);
        assertThat(run.err()).contains("model_index.json", "\tat ");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
