package io.darkroom.cli.simulate;

import io.darkroom.cli.ExitCode;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.simulation.Safeguard;
import io.darkroom.simulation.Simulation;
import io.darkroom.simulation.Violation;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;

/** Runs histories and tells what came of them. */
public final class Simulate {
    private static final int MOST_LINES = 60;
    private static final int LARGEST_SEED = 1_000_000_000;

    private final Terminal terminal;
    private final Set<Safeguard> without;

    public Simulate(Terminal terminal, Set<Safeguard> without) {
        this.terminal = terminal;
        this.without = without;
    }

    /**
     * @param seed of the first history; one that can be typed is chosen where there is none
     * @return the command's exit code
     */
    public int run(OptionalLong seed, int histories) {
        long first = seed.orElseGet(() -> new SplittableRandom().nextLong(LARGEST_SEED));
        long began = System.nanoTime();
        Simulation.Outcome outcome = new Simulation(without).run(first, histories, done -> progress(done, histories));
        clearProgress();
        terminal.line(String.format(
                Locale.ROOT,
                "%d histories from seed %d: %d jobs, %d faults, %.1f s",
                outcome.histories(),
                first,
                outcome.jobs(),
                outcome.faults(),
                (System.nanoTime() - began) / 1e9));
        outcome.failure().ifPresentOrElse(this::tell, () -> terminal.line("Every promise was kept."));
        return outcome.failure().isPresent() ? ExitCode.FAULT : ExitCode.OK;
    }

    private void progress(int done, int histories) {
        if (terminal.interactive() && done % 10 == 0) {
            terminal.err().printf(Locale.ROOT, "\r%d of %d histories", done, histories);
            terminal.err().flush();
        }
    }

    private void clearProgress() {
        if (terminal.interactive()) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }

    private void tell(Simulation.Failure failure) {
        terminal.line("");
        failure.violations().forEach(violation -> terminal.line("Broken: " + violation.promise()));
        Violation first = failure.violations().getFirst();
        if (!first.story().isEmpty()) {
            terminal.line("");
            first.story().stream().limit(MOST_LINES).forEach(terminal::line);
        }
        if (first.story().size() > MOST_LINES) {
            terminal.line("... and " + (first.story().size() - MOST_LINES) + " more lines");
        }
        terminal.line("");
        terminal.line("Again: darkroom simulate --histories 1 --seed " + failure.seed() + switches());
    }

    private String switches() {
        StringBuilder text = new StringBuilder();
        without.forEach(
                safeguard -> text.append(" --without ").append(safeguard.name().toLowerCase(Locale.ROOT)));
        return text.toString();
    }
}
