package io.darkroom.worker;

import io.darkroom.contract.topic.Topics;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.pipelines.SafetyMode;
import io.darkroom.worker.client.ClientFailures;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What one worker process serves, and how.
 *
 * @param bootstrapServers Kafka's brokers, {@code host:port} separated by commas
 * @param topics names of the system's topics
 * @param pool the pool whose work it takes
 * @param modelFolders one folder for each model that it serves without pulling it
 * @param slots work items it holds at once, 1..64; each is a member of the pool's share group
 * @param device where the networks run
 * @param handoverPrefix where latents and pictures between work items are written, a URI that ends
 *     with a slash
 * @param recordLock how long a record stays with its slot when nothing more is heard of it, 1 s..1 h; longer than
 *     the longest attempt, or an attempt is made twice at a time, which wastes the device and harms nothing
 * @param drainGrace how long {@link Worker#close} lets running work go on before it is handed back
 * @param heartbeatInterval how often the worker renews its lease
 * @param rightsMayCome how long the brokers may refuse its principal something before {@link Worker#failure} says so
 * @param safety what becomes of pictures that a model's safety checker finds should not be shown
 * @param clientOverrides Kafka client settings that replace the ones chosen here, by Kafka's names
 *     (security)
 */
public record WorkerConfig(
        String bootstrapServers,
        Topics topics,
        String pool,
        List<Path> modelFolders,
        int slots,
        DeviceConfig device,
        URI handoverPrefix,
        Duration recordLock,
        Duration drainGrace,
        Duration heartbeatInterval,
        Duration rightsMayCome,
        SafetyMode safety,
        Map<String, String> clientOverrides) {

    /**
     * The broker's cap on record locks, as {@code group.share.max.record.lock.duration.ms} is set
     * for this system.
     */
    private static final Duration LONGEST_LOCK = Duration.ofHours(1);

    public WorkerConfig {
        Objects.requireNonNull(bootstrapServers, "bootstrapServers");
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(pool, "pool");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(safety, "safety");
        modelFolders = List.copyOf(modelFolders);
        clientOverrides = Map.copyOf(clientOverrides);
        if (slots < 1 || slots > 64) {
            throw new IllegalArgumentException("slots: " + slots + " is outside 1..64");
        }
        if (!handoverPrefix.toString().endsWith("/")) {
            throw new IllegalArgumentException("handoverPrefix: " + handoverPrefix + " must end with a slash");
        }
        if (recordLock.compareTo(Duration.ofSeconds(1)) < 0 || recordLock.compareTo(LONGEST_LOCK) > 0) {
            throw new IllegalArgumentException("recordLock: " + recordLock + " is outside PT1S..PT1H");
        }
    }

    /** Four slots, black in place of what should not be shown, a lock of one hour, half a minute to drain, a heartbeat every second. */
    public static WorkerConfig of(
            String bootstrapServers, Topics topics, String pool, List<Path> modelFolders, URI handoverPrefix) {
        return new WorkerConfig(
                bootstrapServers,
                topics,
                pool,
                modelFolders,
                4,
                DeviceConfig.cpu(),
                handoverPrefix,
                LONGEST_LOCK,
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                ClientFailures.RIGHTS_MAY_COME,
                SafetyMode.BLANK,
                Map.of());
    }

    public WorkerConfig withSlots(int newSlots) {
        return with(draft -> draft.slots = newSlots);
    }

    public WorkerConfig withDevice(DeviceConfig newDevice) {
        return with(draft -> draft.device = newDevice);
    }

    public WorkerConfig withDrainGrace(Duration newGrace) {
        return with(draft -> draft.drainGrace = newGrace);
    }

    public WorkerConfig withRecordLock(Duration newLock) {
        return with(draft -> draft.recordLock = newLock);
    }

    public WorkerConfig withRightsMayCome(Duration newPatience) {
        return with(draft -> draft.rightsMayCome = newPatience);
    }

    public WorkerConfig withSafety(SafetyMode newSafety) {
        return with(draft -> draft.safety = newSafety);
    }

    public WorkerConfig withClientOverrides(Map<String, String> overrides) {
        return with(draft -> draft.clientOverrides = overrides);
    }

    private WorkerConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new WorkerConfig(
                bootstrapServers,
                topics,
                pool,
                modelFolders,
                draft.slots,
                draft.device,
                handoverPrefix,
                draft.recordLock,
                draft.drainGrace,
                heartbeatInterval,
                draft.rightsMayCome,
                draft.safety,
                draft.clientOverrides);
    }

    /** What can be changed of a finished configuration. */
    private static final class Draft {
        private int slots;
        private DeviceConfig device;
        private Duration recordLock;
        private Duration drainGrace;
        private Duration rightsMayCome;
        private SafetyMode safety;
        private Map<String, String> clientOverrides;

        Draft(WorkerConfig config) {
            slots = config.slots;
            device = config.device;
            recordLock = config.recordLock;
            drainGrace = config.drainGrace;
            rightsMayCome = config.rightsMayCome;
            safety = config.safety;
            clientOverrides = config.clientOverrides;
        }
    }
}
