package io.darkroom.bench;

import ai.onnxruntime.OrtException;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.pipelines.Pipelines;
import io.darkroom.pipelines.Prompt;
import io.darkroom.pipelines.Sampling;
import io.darkroom.pipelines.Seeds;
import io.darkroom.pipelines.StageCall;
import io.darkroom.pipelines.StageCancelledException;
import io.darkroom.pipelines.StageException;
import io.darkroom.pipelines.StageListener;
import io.darkroom.pipelines.StageOutcome;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How much longer a text-to-image job takes in a pipeline (tokenizer, threads, batcher, sampler,
 * random numbers, pixels) than the network calls it makes. The two are measured by turns in one
 * run, so that a slower moment of the machine meets both.
 */
public final class PipelineOverhead {
    /** A worker runs for hours; its code is compiled after some ten jobs. */
    public static final int WARM_UP = 20;

    private PipelineOverhead() {}

    /**
     * What came out.
     *
     * @param steps UNet calls per job
     * @param bareMillis of the network calls alone
     * @param pipelineMillis of the whole job, from the prompt to pixels
     * @param ratio pipeline over bare, of each pair
     */
    public record Row(int steps, Spread bareMillis, Spread pipelineMillis, Spread ratio) {
        /** One line for a table. */
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "pipeline over bare ONNX Runtime, %d steps: bare %s ms, pipeline %s ms, ratio %s",
                    steps,
                    bareMillis.text(1),
                    pipelineMillis.text(1),
                    ratio.text(3));
        }
    }

    /**
     * Measures.
     *
     * @param folder a Stable Diffusion model
     * @param steps UNet calls per job
     * @param rounds pairs of runs, at least 1
     * @param warmUp pairs before these, which do not count
     */
    public static Row measure(Path folder, int steps, int rounds, int warmUp)
            throws ModelException, DeviceException, StageException, StageCancelledException, InterruptedException,
                    OrtException {
        ModelFolder model = ModelFolder.open(folder);
        DeviceConfig config = DeviceConfig.cpu();
        double[] bare = new double[rounds];
        double[] whole = new double[rounds];
        double[] ratio = new double[rounds];
        try (Device device = Device.open(config);
                BareCalls calls = new BareCalls(model, config.intraOpThreads())) {
            device.networks(model).loadAll();
            Pipelines pipelines = new Pipelines(device);
            for (int i = -warmUp; i < rounds; i++) {
                // each goes first as often as the other
                double early = i % 2 == 0 ? millis(() -> calls.run(steps)) : 0;
                double wholeMillis = millis(() -> job(pipelines, model, steps));
                double bareMillis = i % 2 == 0 ? early : millis(() -> calls.run(steps));
                if (i >= 0) {
                    bare[i] = bareMillis;
                    whole[i] = wholeMillis;
                    ratio[i] = wholeMillis / bareMillis;
                }
            }
        }
        return new Row(steps, Spread.of(bare), Spread.of(whole), Spread.of(ratio));
    }

    /** Measures the model in the folder named first, 20 steps, 15 rounds, and prints the row. */
    public static void main(String[] arguments) throws Exception {
        System.out.println(measure(Path.of(arguments[0]), 20, 15, WARM_UP).text());
    }

    private static void job(Pipelines pipelines, ModelFolder model, int steps)
            throws StageException, StageCancelledException, InterruptedException {
        // DDIM calls the network once per step
        Sampling sampling = Sampling.of(steps, 7.5).withScheduler("DDIMScheduler", Map.of());
        StageCall call = new StageCall.Text2Img(
                model,
                Prompt.of("a red fox on a blue background"),
                sampling,
                Seeds.of(7),
                1,
                OptionalInt.empty(),
                OptionalInt.empty());
        StageOutcome outcome = pipelines.run(call, Optional.empty(), StageListener.SILENT);
        pipelines.decode(model, outcome.latents());
    }

    /** What is measured; it may fail like either side. */
    private interface Work {
        void run() throws StageException, StageCancelledException, InterruptedException, OrtException;
    }

    private static double millis(Work work)
            throws StageException, StageCancelledException, InterruptedException, OrtException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }
}
