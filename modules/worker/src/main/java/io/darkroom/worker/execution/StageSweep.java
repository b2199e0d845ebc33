package io.darkroom.worker.execution;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.pipelines.Adapters;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Pipelines;
import io.darkroom.pipelines.SharedEncodings;
import io.darkroom.pipelines.StageCall;
import io.darkroom.pipelines.StageCancelledException;
import io.darkroom.pipelines.StageException;
import io.darkroom.pipelines.StageListener;
import io.darkroom.pipelines.StageOutcome;
import io.darkroom.pipelines.Timings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * All runs of a stage with lists of values, at the same time: each is a task of its own to the device, whose batcher puts their
 * rows into common calls. So each gives the pictures that it would give alone. What they encode alike, prompts and pictures, is
 * encoded once.
 */
final class StageSweep {
    private final Pipelines pipelines;
    private final Adapters adapters;

    /**
     * @param adapters of all runs
     */
    StageSweep(Pipelines pipelines, Adapters adapters) {
        this.pipelines = pipelines;
        this.adapters = adapters;
    }

    /** The pictures of the calls, one after the other. */
    StageOutcome run(List<StageCall> calls, Optional<Picture> input, StageListener listener)
            throws StageException, StageCancelledException, InterruptedException {
        SharedEncodings shared = new SharedEncodings();
        SweepProgress progress = new SweepProgress(listener, calls.size());
        List<Future<StageOutcome>> runs = new ArrayList<>();
        // Closing waits for all runs; when this thread is interrupted, it interrupts them.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls.size(); i++) {
                StageCall call = calls.get(i);
                StageListener itsListener = progress.ofRun(i);
                runs.add(threads.submit(() -> {
                    try {
                        return pipelines.run(call, adapters, shared, input, itsListener);
                    } catch (StageException | RuntimeException e) {
                        progress.end();
                        throw e;
                    }
                }));
            }
        }
        return joined(runs);
    }

    private static StageOutcome joined(List<Future<StageOutcome>> runs)
            throws StageException, StageCancelledException, InterruptedException {
        List<StageOutcome> outcomes = new ArrayList<>();
        Optional<Throwable> failure = Optional.empty();
        for (Future<StageOutcome> run : runs) {
            try {
                outcomes.add(run.get());
            } catch (ExecutionException e) {
                failure = Optional.of(
                        failure.map(first -> graver(first, e.getCause())).orElse(e.getCause()));
            }
        }
        if (failure.isPresent()) {
            throw rethrown(failure.get());
        }
        return joinedOutcomes(outcomes);
    }

    private static StageException rethrown(Throwable failure) throws StageCancelledException, InterruptedException {
        return switch (failure) {
            case StageException fault -> fault;
            case StageCancelledException cancelled -> throw cancelled;
            case InterruptedException interrupted -> throw interrupted;
            case OutOfMemoryError memory ->
                new StageException(StageException.Kind.RESOURCES, "the worker ran out of memory", memory);
            case Throwable other ->
                new StageException(StageException.Kind.INTERNAL, "one of the stage's runs failed: " + other, other);
        };
    }

    /** A run that was cancelled because another failed says nothing about why. */
    private static Throwable graver(Throwable first, Throwable next) {
        return first instanceof StageCancelledException ? next : first;
    }

    private static StageOutcome joinedOutcomes(List<StageOutcome> outcomes) {
        Tensor latents = Tensor.concat(outcomes.stream()
                .map(outcome -> outcome.latents().scaledLatents())
                .toList());
        List<String> warnings = outcomes.stream()
                .flatMap(outcome -> outcome.warnings().stream())
                .distinct()
                .toList();
        Timings timings = outcomes.stream().map(StageOutcome::timings).reduce(Timings.NONE, Timings::beside);
        String vae = outcomes.getFirst().latents().vaeDigest();
        return new StageOutcome(new Picture.Latents(latents, vae), warnings, timings);
    }
}
