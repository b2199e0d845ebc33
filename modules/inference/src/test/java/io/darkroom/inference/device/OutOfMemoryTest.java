package io.darkroom.inference.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Memory that is really short: processes of their own, whose address space the system limits. */
@EnabledOnOs(OS.LINUX)
class OutOfMemoryTest {
    @Test
    void callsBecomeSmallerUntilTheyFitAndStaySmallForTheNextStep() throws Exception {
        assertThat(run("48", "16", "1000")).matches("done true \\[16, 8(, [1-8])+] open 1");
    }

    @Test
    void aRowThatDoesNotFitAloneIsAFaultOfResources() throws Exception {
        assertThat(run("112", "16", "500")).isEqualTo("failed RESOURCES [16, 8, 4, 2, 1]");
    }

    @Test
    void whatIdlesIsClosedForACallThatNeedsItsMemory() throws Exception {
        assertThat(run("64", "1", "150")).isEqualTo("failed RESOURCES [1]");
        assertThat(run("64", "1", "150", "idle")).isEqualTo("done true [1, 1] open 1");
    }

    private static String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                LittleMemory.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        // ONNX Runtime 1.29 crashes in a process whose command line is longer than 4 KiB
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        try (var output = process.inputReader()) {
            return output.lines()
                    .filter(line -> line.startsWith("done") || line.startsWith("failed"))
                    .findFirst()
                    .orElse("nothing");
        }
    }
}
