package io.darkroom.bench;

import java.io.IOException;
import java.util.List;

/** How long a short command takes from its start to its end, beside a JVM that does nothing. */
public final class StartUp {
    private static final int WARM_UP = 2;

    private StartUp() {}

    /**
     * What came out.
     *
     * @param ratio command over JVM, of each pair
     */
    public record Row(Spread commandMillis, Spread javaMillis, Spread ratio) {}

    /**
     * Runs both by turns.
     *
     * @param command as in {@code ./darkroom --version}
     * @param java as in {@code java -version}
     */
    public static Row measure(List<String> command, List<String> java, int rounds)
            throws IOException, InterruptedException {
        double[] commands = new double[rounds];
        double[] javas = new double[rounds];
        double[] ratios = new double[rounds];
        for (int i = -WARM_UP; i < rounds; i++) {
            double ofCommand = millis(command);
            double ofJava = millis(java);
            if (i >= 0) {
                commands[i] = ofCommand;
                javas[i] = ofJava;
                ratios[i] = ofCommand / ofJava;
            }
        }
        return new Row(Spread.of(commands), Spread.of(javas), Spread.of(ratios));
    }

    private static double millis(List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + exit);
        }
        return (System.nanoTime() - start) / 1e6;
    }
}
