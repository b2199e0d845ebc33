package io.darkroom.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.planner.Catalogue;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatientCatalogueTest {
    private static final ModelEntry MODEL = ModelEntry.of(
                    ModelEntry.Family.STABLE_DIFFUSION, "emoji", "a".repeat(64), "base")
            .build();

    /**
     * A catalogue in which the model appears when it is looked for the nth time; a look takes a
     * tenth of a second.
     */
    private static final class Late implements Catalogue {
        private final int appearsAt;
        private int looks;
        private long nanos;

        Late(int appearsAt) {
            this.appearsAt = appearsAt;
        }

        @Override
        public Optional<ModelEntry> find(String name) {
            looks++;
            nanos += 100_000_000;
            return looks >= appearsAt ? Optional.of(MODEL) : Optional.empty();
        }

        @Override
        public List<String> names(int limit) {
            return List.of();
        }
    }

    @Test
    void aModelThatAppearsALittleLaterIsFound() {
        Late late = new Late(3);

        assertThat(new PatientCatalogue(late, () -> late.nanos).find("emoji")).contains(MODEL);
    }

    @Test
    void aModelThatDoesNotAppearIsWaitedForOnceAndThenNotForAWhile() {
        Late never = new Late(Integer.MAX_VALUE);
        PatientCatalogue patient = new PatientCatalogue(never, () -> never.nanos);

        assertThat(patient.find("emoji")).isEmpty();
        assertThat(never.looks).isEqualTo(4);
        assertThat(patient.find("emoji")).isEmpty();
        assertThat(never.looks).isEqualTo(5);

        never.nanos += PatientCatalogue.PAUSE.toNanos();
        patient.find("emoji");
        assertThat(never.looks).isEqualTo(9);
    }
}
