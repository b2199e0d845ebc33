package io.darkroom.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    private static final int HISTORIES = 2_000;

    @Test
    void everyPromiseIsKeptInEveryHistory() {
        Simulation.Outcome outcome = new Simulation(Set.of()).run(1, HISTORIES, _ -> {});
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.faults()).isGreaterThan(HISTORIES);
    }

    /** A check that cannot fail would prove nothing. */
    @ParameterizedTest
    @EnumSource
    void theLossOfASafeguardIsNoticed(Safeguard safeguard) {
        Simulation.Outcome outcome = new Simulation(Set.of(safeguard)).run(1, HISTORIES, _ -> {});
        assertThat(outcome.failure()).isPresent();
    }

    @Test
    void aSeedGivesTheSameHistoryAgain() {
        Simulation simulation = new Simulation(Set.of(Safeguard.DEDUPLICATION));
        Simulation.Outcome outcome = simulation.run(1, HISTORIES, _ -> {});
        Simulation.Failure failure = outcome.failure().orElseThrow();
        assertThat(simulation.run(failure.seed(), 1, _ -> {}).failure()).contains(failure);
    }
}
