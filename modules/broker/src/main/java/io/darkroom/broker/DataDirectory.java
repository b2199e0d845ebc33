package io.darkroom.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import kafka.tools.StorageTool;

/** Gives a folder the cluster identity that a KRaft broker asks for, once. */
final class DataDirectory {

    private static final String IDENTITY_FILE = "meta.properties";

    private DataDirectory() {}

    /**
     * Formats the folder unless an earlier start has done so.
     *
     * @param clusterId which brokers of one cluster have in common
     */
    static void prepare(Path directory, String clusterId, Map<String, String> settings) {
        if (Files.exists(directory.resolve(IDENTITY_FILE))) {
            return;
        }
        try {
            Files.createDirectories(directory);
            Path properties = Files.createTempFile("darkroom-broker", ".properties");
            try {
                Files.writeString(properties, asProperties(settings));
                format(directory, clusterId, properties);
            } finally {
                Files.deleteIfExists(properties);
            }
        } catch (IOException e) {
            throw new BrokerStartException("data directory " + directory + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void format(Path directory, String clusterId, Path properties) {
        var output = new ByteArrayOutputStream();
        String[] command = {"format", "--config", properties.toString(), "--cluster-id", clusterId, "--ignore-formatted"
        };
        int exit = StorageTool.execute(command, new PrintStream(output, true, StandardCharsets.UTF_8));
        if (exit != 0) {
            throw new BrokerStartException("data directory "
                    + directory
                    + " cannot be formatted: "
                    + output.toString(StandardCharsets.UTF_8).strip());
        }
    }

    private static String asProperties(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\"))
                .collect(Collectors.joining("\n"));
    }
}
