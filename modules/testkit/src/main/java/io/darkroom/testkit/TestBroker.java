package io.darkroom.testkit;

import io.darkroom.broker.BrokerConfig;
import io.darkroom.broker.LocalBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/**
 * The real broker that all tests of one JVM share; a test class asks for it with {@link
 * BrokerExtension}. Tests keep out of each other's way by names: whatever a test creates on the
 * broker, it names with {@link #unique}.
 */
public final class TestBroker implements AutoCloseable {

    private final Path data;
    private final LocalBroker broker;

    private TestBroker(Path data, LocalBroker broker) {
        this.data = data;
        this.broker = broker;
    }

    static TestBroker start() {
        try {
            Path data = Files.createTempDirectory("darkroom-test-broker");
            return new TestBroker(data, LocalBroker.start(BrokerConfig.in(data)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** A name for a topic prefix, group or application id that no other test has. */
    public String unique(String name) {
        return name + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Clients of this broker; the caller closes them. */
    public TestClients clients() {
        return new TestClients(bootstrapServers());
    }

    @Override
    public void close() {
        broker.close();
        try {
            deleteTree(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
