package io.darkroom.cli.local;

import com.fasterxml.jackson.core.type.TypeReference;
import io.darkroom.cli.CommandFailure;
import io.darkroom.contract.json.Json;
import io.darkroom.router.dispatch.TenantShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What each tenant may have of the pools, as an operator writes it down. */
final class TenantsFile {
    /** As the file has it; what is left out is not limited. */
    private record Entry(
            Optional<Integer> weight,
            Optional<Integer> maxInFlight,
            Optional<Long> maxQueued,
            Optional<Long> maxPixelsInFlight,
            Optional<Long> maxPixelsQueued) {
        TenantShare share() {
            return new TenantShare(
                    weight.orElse(TenantShare.DEFAULT.weight()),
                    maxInFlight.orElse(TenantShare.DEFAULT.maxInFlight()),
                    maxQueued.orElse(TenantShare.DEFAULT.maxQueued()),
                    maxPixelsInFlight.orElse(TenantShare.DEFAULT.maxPixelsInFlight()),
                    maxPixelsQueued.orElse(TenantShare.DEFAULT.maxPixelsQueued()));
        }
    }

    private TenantsFile() {}

    static Map<String, TenantShare> read(Path file) {
        try {
            Map<String, Entry> entries = Json.mapper().readValue(Files.readAllBytes(file), new TypeReference<>() {});
            if (entries.isEmpty()) {
                throw new IllegalArgumentException("names no tenant, so that nobody may submit; \"*\" stands for all");
            }
            return entries.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> share(entry.getKey(), entry.getValue())));
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.infrastructure("--tenants " + file + ": " + e.getMessage(), e);
        }
    }

    private static TenantShare share(String tenant, Entry entry) {
        try {
            return entry.share();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(tenant + "." + e.getMessage(), e);
        }
    }
}
