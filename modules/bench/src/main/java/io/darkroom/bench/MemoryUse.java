package io.darkroom.bench;

import io.darkroom.images.ImageWriting;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.Pipelines;
import io.darkroom.pipelines.Prompt;
import io.darkroom.pipelines.Sampling;
import io.darkroom.pipelines.Seeds;
import io.darkroom.pipelines.StageCall;
import io.darkroom.pipelines.StageListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one picture takes in a process that does nothing else: its largest resident set, as Linux counts it ({@code VmHWM} of
 * proc(5)), files that are mapped included.
 *
 * @param png the picture
 * @param peakBytes until the last picture was there
 * @param beforeBytes until the first one was begun
 * @param nanos of each picture; the first with what loading took
 */
public record MemoryUse(byte[] png, long peakBytes, long beforeBytes, List<Long> nanos) {

    /** The picture to be made. */
    public record Wish(Path model, String prompt, int width, int height, int steps, long seed) {}

    /**
     * Makes it some times.
     *
     * @param times 1 and up
     */
    public static MemoryUse of(DeviceConfig config, Wish wish, int times) throws Exception {
        try (Device device = Device.open(config)) {
            ModelFolder model = ModelFolder.open(wish.model());
            var pipelines = new Pipelines(device);
            var call = new StageCall.Text2Img(
                    model,
                    Prompt.of(wish.prompt()),
                    Sampling.of(wish.steps(), 7.5),
                    new Seeds.Single(wish.seed()),
                    1,
                    OptionalInt.of(wish.width()),
                    OptionalInt.of(wish.height()));
            long before = peak();
            byte[] png = {};
            List<Long> nanos = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                long start = System.nanoTime();
                png = picture(pipelines, call);
                nanos.add(System.nanoTime() - start);
            }
            return new MemoryUse(png, peak(), before, nanos);
        }
    }

    private static byte[] picture(Pipelines pipelines, StageCall call) throws Exception {
        Picture.Latents latents =
                pipelines.run(call, Optional.empty(), StageListener.SILENT).latents();
        return ImageWriting.png(
                pipelines.decode(call.model(), latents).images().images().getFirst());
    }

    private static long peak() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self/status has no VmHWM"));
    }
}
