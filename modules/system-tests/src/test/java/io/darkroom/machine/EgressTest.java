package io.darkroom.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves the machine, seen from a network namespace in which every name and every address leads to a recorder. */
class EgressTest {
    private static final String NOTHING = "asked []\nDepartures[v4=0, v6=0]\n";

    @TempDir
    private Path folder;

    private Namespace namespace;

    @BeforeEach
    void makeNamespace() throws Exception {
        namespace = Namespace.in(folder);
        Namespace.Run run = tried();
        if (run.exitCode() != 0) {
            String reason = "a network namespace cannot be made here ("
                    + run.output().strip() + "); it takes root or user namespaces, and ip or ifconfig";
            // in continuous integration, what is not tried is not known
            if ("true".equals(System.getenv("CI"))) {
                fail(reason);
            }
            abort(reason);
        }
        if (!Files.exists(Repository.launcher().resolveSibling("modules/cli/target/classpath"))) {
            abort("`mvn test` makes no jars for the launcher; `mvn verify` does");
        }
    }

    /** Otherwise the other test could not fail. */
    @Test
    void theRecorderFindsWhatOnnxRuntimeSendsByItself() throws Exception {
        Namespace.Run run = inside("bare");
        assertThat(run.output()).contains("events.data.microsoft.com").doesNotContain("v4=0");
    }

    @Test
    void demoGenerateUpAndWorkerAskAndSendNothing() throws Exception {
        Namespace.Run run = inside("darkroom");
        assertThat(run.output())
                .contains("worker ready", "generate ended with 0", "demo ended with 0")
                .endsWith(NOTHING);
    }

    private Namespace.Run tried() throws InterruptedException {
        try {
            return namespace.run(Map.of(), List.of("true"));
        } catch (IOException e) {
            return new Namespace.Run(1, String.valueOf(e.getMessage()));
        }
    }

    private Namespace.Run inside(String scenario) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Map<String, String> environment =
                Map.of("CLASSPATH", System.getProperty("java.class.path"), "HOME", folder.toString());
        return namespace.run(
                environment,
                List.of(
                        java,
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-Ddarkroom.models=" + Repository.models(),
                        EgressMain.class.getName(),
                        scenario,
                        folder.toString(),
                        Repository.launcher().toString()));
    }
}
