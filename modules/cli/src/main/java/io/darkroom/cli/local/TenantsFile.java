package io.darkroom.cli.local;

import com.fasterxml.jackson.core.type.TypeReference;
import io.darkroom.cli.CommandFailure;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.PriorityName;
import io.darkroom.contract.wire.Priority;
import io.darkroom.planner.JobCeiling;
import io.darkroom.router.dispatch.TenantShare;
import io.darkroom.router.ingress.TenantGrant;
import io.darkroom.router.ingress.TenantGrants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each tenant may have of the pools, as an operator writes it down. */
final class TenantsFile {
    /** As the file has it; what is left out is not limited. */
    private record Entry(
            Optional<Integer> weight,
            Optional<Integer> maxInFlight,
            Optional<Long> maxQueued,
            Optional<Long> maxPixelsInFlight,
            Optional<Long> maxPixelsQueued,
            Optional<Long> maxJobCost,
            Optional<Long> maxJobPixels,
            Optional<String> highestPriority) {
        TenantShare share() {
            return new TenantShare(
                    weight.orElse(TenantShare.DEFAULT.weight()),
                    maxInFlight.orElse(TenantShare.DEFAULT.maxInFlight()),
                    maxQueued.orElse(TenantShare.DEFAULT.maxQueued()),
                    maxPixelsInFlight.orElse(TenantShare.DEFAULT.maxPixelsInFlight()),
                    maxPixelsQueued.orElse(TenantShare.DEFAULT.maxPixelsQueued()));
        }

        TenantGrant grant() {
            JobCeiling ceiling = new JobCeiling(
                    maxJobCost.orElse(JobCeiling.DEFAULT.maxCost()),
                    maxJobPixels.orElse(JobCeiling.DEFAULT.maxPixels()));
            return new TenantGrant(
                    ceiling, highestPriority.map(TenantsFile::priority).orElse(Priority.PRIORITY_STANDARD));
        }
    }

    private TenantsFile() {}

    /** What jobs of each tenant may take and have; {@code interactive} is for those to whom the file grants it. */
    static TenantGrants grants(Path file) {
        return new TenantGrants(read(file, Entry::grant));
    }

    static Map<String, TenantShare> read(Path file) {
        return read(file, Entry::share);
    }

    private static <T> Map<String, T> read(Path file, Function<Entry, T> part) {
        try {
            Map<String, Entry> entries = Json.mapper().readValue(Files.readAllBytes(file), new TypeReference<>() {});
            if (entries.isEmpty()) {
                throw new IllegalArgumentException("names no tenant, so that nobody may submit; \"*\" stands for all");
            }
            return entries.entrySet().stream()
                    .collect(
                            Collectors.toMap(Map.Entry::getKey, entry -> part(entry.getKey(), entry.getValue(), part)));
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.infrastructure("--tenants " + file + ": " + e.getMessage(), e);
        }
    }

    private static <T> T part(String tenant, Entry entry, Function<Entry, T> part) {
        try {
            return part.apply(entry);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(tenant + "." + e.getMessage(), e);
        }
    }

    private static Priority priority(String name) {
        return Stream.of(Priority.PRIORITY_INTERACTIVE, Priority.PRIORITY_STANDARD, Priority.PRIORITY_BULK)
                .filter(priority -> PriorityName.of(priority).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "highest_priority: " + name + " is none of interactive, standard and bulk"));
    }
}
