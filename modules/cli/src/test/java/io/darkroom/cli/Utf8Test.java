package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the JVM could not read is refused, and everything else is not. */
class Utf8Test {
    @Test
    void namesThePlaceOfAnArgumentThatCouldNotBeRead() {
        assertThat(Utf8.fault(new String[] {"generate", "--prompt", "caf\uFFFD"}, Map.of(), "/"))
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("argument 3, \"caf?\", is not valid UTF-8"));
        assertThat(Utf8.fault(new String[] {"half \uD83E"}, Map.of(), "/")).isPresent();
    }

    @Test
    void namesTheFolderAndTheVariable() {
        assertThat(Utf8.fault(new String[0], Map.of(), "/caf\uFFFD").orElseThrow())
                .contains("current folder");
        assertThat(Utf8.fault(new String[0], Map.of("DARKROOM_MODELS", "/m\uFFFD"), "/")
                        .orElseThrow())
                .startsWith("$DARKROOM_MODELS, ");
    }

    @Test
    void takesEveryTextThatIsUnicode() {
        assertThat(Utf8.fault(new String[] {"Käse", "日本", "🦊", ""}, Map.of("OTHER", "\uFFFD"), "/ü"))
                .isEmpty();
    }

    @Test
    void refusesAFileOfArgumentsThatIsNotUtf8(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("arguments");
        Files.write(file, "--model tiny-emoji --prompt caf\u00e9 --out x.png".getBytes(StandardCharsets.ISO_8859_1));
        CommandLine commands = Darkroom.commandLine();
        StringWriter err = new StringWriter();
        commands.setErr(new PrintWriter(err));
        assertThat(commands.execute("generate", "--print-job", "@" + file)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("an argument in an @file, \"caf?\", is not valid UTF-8");
    }
}
