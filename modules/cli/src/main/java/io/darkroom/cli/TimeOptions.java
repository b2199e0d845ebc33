package io.darkroom.cli;

import io.darkroom.router.job.AttemptLimit;
import io.darkroom.router.job.JobLimits;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How long a router lets attempts and jobs take. */
final class TimeOptions {
    @Option(
            names = "--attempt-floor",
            paramLabel = "DURATION",
            defaultValue = "PT2M",
            description = "What every attempt may take: loading a model, for example. Default: ${DEFAULT-VALUE}.")
    private Duration floor;

    @Option(
            names = "--attempt-pace",
            paramLabel = "DURATION",
            defaultValue = "PT0.25S",
            description = "What it may take beyond that for each unit of its expected cost, which is one evaluation of"
                    + " Stable Diffusion 1.5's UNet for 64 x 64 pixels; a step of 512 x 512 pixels with guidance"
                    + " is 128 of them. Meant for CPUs; for a pool of GPUs a hundredth is generous. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Duration pace;

    @Option(
            names = "--attempt-ceiling",
            paramLabel = "DURATION",
            defaultValue = "PT50M",
            description = "What no attempt may exceed, at most PT50M. Default: ${DEFAULT-VALUE}.")
    private Duration ceiling;

    @Option(
            names = "--default-wait",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description = "How long a job whose request names no deadline may wait, on top of what all attempts at its"
                    + " work may take. Default: ${DEFAULT-VALUE}.")
    private Duration wait;

    @Option(
            names = "--kept",
            paramLabel = "DURATION",
            defaultValue = "P7D",
            description =
                    "How long what a stage keeps (`keep`) may be taken by other runs and jobs, at most P7D. Default:"
                            + " ${DEFAULT-VALUE}.")
    private Duration kept;

    JobLimits limits(CommandSpec spec) {
        try {
            return JobLimits.DEFAULT
                    .withAttempt(new AttemptLimit(floor, pace, ceiling), wait)
                    .withKept(kept);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
