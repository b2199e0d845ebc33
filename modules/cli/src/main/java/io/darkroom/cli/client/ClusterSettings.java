package io.darkroom.cli.client;

import io.darkroom.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * How Kafka clients reach the cluster.
 *
 * @param bootstrapServers one or more {@code host:port}, with commas
 * @param overrides further client settings by Kafka's names, such as {@code security.protocol}
 */
public record ClusterSettings(String bootstrapServers, Map<String, String> overrides) {

    public ClusterSettings {
        overrides = Map.copyOf(overrides);
    }

    public static ClusterSettings of(String bootstrapServers) {
        return new ClusterSettings(bootstrapServers, Map.of());
    }

    /** With the settings of a properties file, as Kafka's own tools take with the same flag. */
    public static ClusterSettings of(String bootstrapServers, Optional<Path> commandConfig) {
        return new ClusterSettings(
                bootstrapServers, commandConfig.map(ClusterSettings::read).orElse(Map.of()));
    }

    /** The same with a setting that counts where none of that name was given. */
    public ClusterSettings withDefault(String name, String value) {
        Map<String, String> settings = new HashMap<>(overrides);
        settings.putIfAbsent(name, value);
        return new ClusterSettings(bootstrapServers, settings);
    }

    /** What every client needs to reach the cluster. */
    public Map<String, String> asMap() {
        Map<String, String> settings = new HashMap<>(overrides);
        settings.put("bootstrap.servers", bootstrapServers);
        return settings;
    }

    /** Settings of one client: its own, then the user's. */
    Map<String, Object> with(Map<String, String> own) {
        Map<String, Object> settings = new HashMap<>(own);
        settings.put("bootstrap.servers", bootstrapServers);
        settings.putAll(overrides);
        return settings;
    }

    private static Map<String, String> read(Path file) {
        var properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        } catch (IOException e) {
            throw CommandFailure.infrastructure(
                    "--command-config " + file + " cannot be read; name a properties file", e);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }
}
