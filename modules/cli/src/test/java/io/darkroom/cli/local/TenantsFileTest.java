package io.darkroom.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.cli.CommandFailure;
import io.darkroom.contract.wire.Priority;
import io.darkroom.planner.JobCeiling;
import io.darkroom.router.dispatch.TenantShare;
import io.darkroom.router.ingress.TenantGrant;
import io.darkroom.router.ingress.TenantGrants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantsFileTest {
    @TempDir
    private Path folder;

    @Test
    void whatATenantsEntryLeavesOutIsNotLimited() throws IOException {
        assertThat(TenantsFile.read(file("{\"shop\": {\"weight\": 3}, \"*\": {\"max_queued\": 5,"
                        + " \"max_pixels_in_flight\": 6, \"max_pixels_queued\": 7}}")))
                .containsEntry("shop", TenantShare.ofItems(3, Integer.MAX_VALUE, Long.MAX_VALUE))
                .containsEntry("*", new TenantShare(1, Integer.MAX_VALUE, 5, 6, 7))
                .hasSize(2);
    }

    @Test
    void whatOneJobMayTakeAndComeBeforeIsTheOperators() throws IOException {
        TenantGrants grants = TenantsFile.grants(
                file("{\"shop\": {\"highest_priority\": \"interactive\", \"max_job_cost\": 7, \"max_job_pixels\":"
                        + " 8}, \"*\": {}}"));
        assertThat(grants.byTenant())
                .containsEntry("shop", new TenantGrant(new JobCeiling(7, 8), Priority.PRIORITY_INTERACTIVE))
                .containsEntry("*", new TenantGrant(JobCeiling.DEFAULT, Priority.PRIORITY_STANDARD));
        Path wrong = file("{\"shop\": {\"highest_priority\": \"urgent\"}}");
        assertThatThrownBy(() -> TenantsFile.grants(wrong))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("shop.highest_priority", "urgent");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"shop\": {\"weight\": 0}}; shop.weight: 0 is outside 1..1000",
                "{\"shop\": {\"max_in_flight\": 0}}; shop.max_in_flight: 0 must be at least 1",
                "{\"shop\": {\"max_pixels_queued\": 0}}; shop.max_pixels_queued: 0 must be at least 1",
                "{\"shop\": {\"wieght\": 2}}; wieght",
                "{}; names no tenant",
                "[]; Cannot deserialize"
            })
    void aFaultInTheFileIsNamed(String json, String fault) throws IOException {
        Path file = file(json);
        assertThatThrownBy(() -> TenantsFile.read(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--tenants " + file)
                .hasMessageContaining(fault);
    }

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("tenants.json"), json);
    }
}
