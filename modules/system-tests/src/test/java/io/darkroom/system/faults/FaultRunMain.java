package io.darkroom.system.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.darkroom.system.faults.FaultRun.Struck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The long fault run, as a command: {@code modules/system-tests/fault-run}. */
@Command(
        name = "fault-run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Runs Darkroom as processes under load, makes faults at random moments, and checks that every job had"
                        + " its one result, with pictures that are there. Exits with 0 only then.")
public final class FaultRunMain implements Callable<Integer> {

    @Option(names = "--faults", paramLabel = "N", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}.")
    private int faults;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "300",
            description = "At least as many, of three stages each. Default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Decides the order of the faults, where they strike and when. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--brokers",
            paramLabel = "N",
            defaultValue = "1",
            description = "1, or 3 with every topic on all of them. Default: ${DEFAULT-VALUE}.")
    private int brokers;

    @Option(names = "--routers", paramLabel = "N", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
    private int routers;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description = "Only faults of these kinds: ${COMPLETION-CANDIDATES}.")
    private List<FaultKind> only = FaultKind.ofOneVersion();

    @Option(
            names = "--former",
            paramLabel = "CHECKOUT",
            description =
                    "A checkout of an older version, built (./darkroom --version does that): its routers and workers"
                            + " are started, and replaced by this version's under load before the faults begin.")
    private Path former;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the report there, too, as Markdown.")
    private Path report;

    public static void main(String[] arguments) {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
        System.exit(new CommandLine(new FaultRunMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("darkroom-fault-run");
        System.out.println("The processes' logs are in " + folder.resolve("logs"));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
        long start = System.nanoTime();
        List<Struck> struck = new ArrayList<>();
        Verdict verdict;
        try (FaultRun run =
                FaultRun.start(new Fleet.Size(brokers, routers, 2, 1), folder, Optional.ofNullable(former))) {
            var dice = new Random(seed);
            if (former != null) {
                struck.add(struck(run, FaultKind.UPGRADED, dice));
            }
            Deque<FaultKind> bag = new ArrayDeque<>();
            for (int i = 0; i < faults; i++) {
                if (bag.isEmpty()) {
                    List<FaultKind> kinds = new ArrayList<>(only);
                    Collections.shuffle(kinds, dice);
                    bag.addAll(kinds);
                }
                Thread.sleep(dice.nextInt(2000));
                struck.add(struck(run, bag.remove(), dice));
            }
            verdict = run.finish(jobs);
        }
        String text = Report.of(this.settings(), struck, verdict, Duration.ofNanos(System.nanoTime() - start));
        System.out.println(text);
        if (report != null) {
            Files.writeString(report, text);
        }
        return verdict.kept() ? 0 : 1;
    }

    private static Struck struck(FaultRun run, FaultKind kind, Random dice) throws InterruptedException {
        Struck one = run.strike(kind, dice);
        System.out.printf(
                "%-60s %6.1f s, %d jobs done%n",
                kind.description(),
                one.recovery().toMillis() / 1000.0,
                run.load().finished());
        return one;
    }

    private Report.Settings settings() {
        String chosen = only.equals(FaultKind.ofOneVersion())
                ? ""
                : " --only "
                        + String.join(",", only.stream().map(FaultKind::name).toList());
        return new Report.Settings(
                faults, seed, brokers, routers, chosen + (former == null ? "" : " --former CHECKOUT"));
    }
}
