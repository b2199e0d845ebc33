package io.darkroom.cli;

import io.darkroom.cli.local.WorkerPatience;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long a worker may hold work. */
final class PatienceOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private Duration recordLock;
    private Duration drainGrace;

    @Option(
            names = "--record-lock",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description = "How long a worker that froze keeps its work from others, PT1S..PT1H. Longer than the longest"
                    + " work item takes: beyond it the work is done twice. The pool's workers should agree. Default:"
                    + " ${DEFAULT-VALUE}.")
    void setRecordLock(Duration value) {
        if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new ParameterException(spec.commandLine(), "--record-lock: " + value + " is outside PT1S..PT1H");
        }
        recordLock = value;
    }

    @Option(
            names = "--drain-grace",
            paramLabel = "DURATION",
            defaultValue = "PT30S",
            description = "How long running work goes on after the worker was told to stop (SIGTERM); what is not done"
                    + " then is handed back at its next step. Default: ${DEFAULT-VALUE}.")
    void setDrainGrace(Duration value) {
        if (value.isNegative()) {
            throw new ParameterException(spec.commandLine(), "--drain-grace: " + value + " is negative");
        }
        drainGrace = value;
    }

    WorkerPatience patience() {
        return new WorkerPatience(recordLock, drainGrace);
    }
}
