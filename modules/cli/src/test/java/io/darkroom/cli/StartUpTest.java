package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process of its own, because only a fresh JVM shows what a start loads. */
class StartUpTest {

    @ParameterizedTest
    @ValueSource(strings = {"--version", "--help", "generate --help"})
    void helpComesWithoutLoadingKafkaOrOnnxRuntime(String arguments) throws IOException, InterruptedException {
        String loaded = classesLoadedBy(arguments.split(" "));
        assertThat(loaded).contains("io.darkroom.cli.Darkroom");
        assertThat(loaded).doesNotContain("org.apache.kafka", "ai.onnxruntime", "com.fasterxml", "ch.qos.logback");
    }

    private static String classesLoadedBy(String... arguments) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        var builder = new ProcessBuilder(java.toString(), "-Xlog:class+load", "-Xshare:auto");
        builder.command().add(Darkroom.class.getName());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
