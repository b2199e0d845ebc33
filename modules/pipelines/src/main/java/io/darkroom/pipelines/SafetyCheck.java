package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.Resize;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.device.Device;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.device.SafetyChecker;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.SafetyCheckerPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Shows finished pictures to the model's safety checker, prepared as transformers' {@code CLIPImageProcessor} does. diffusers:
 * {@code run_safety_checker}.
 */
final class SafetyCheck {
    private static final int COLOURS = 3;

    private final Device device;
    private final SafetyMode mode;

    SafetyCheck(Device device, SafetyMode mode) {
        this.device = device;
        this.mode = mode;
    }

    /** The same pictures with a verdict on each; black ones in place of those that should not be shown, if the mode says so. */
    Decoded checked(ModelFolder model, Decoded decoded) throws StageException, InterruptedException {
        if (mode == SafetyMode.OFF || model.safetyChecker().isEmpty()) {
            return decoded;
        }
        SafetyCheckerPart part = model.safetyChecker().get();
        List<RgbImage> images = decoded.images().images();
        try {
            Optional<SafetyChecker> checker = device.networks(model).safetyChecker();
            Timed<List<Boolean>> verdicts = checker.orElseThrow()
                    .check(Tensor.concat(
                            images.stream().map(image -> prepared(image, part)).toList()));
            Timings timings = decoded.timings().plus(new Timings(0, 0, 0, verdicts.deviceNanos()));
            return new Decoded(shown(images, verdicts.value()), timings, verdicts.value());
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    private Picture.Images shown(List<RgbImage> images, List<Boolean> verdicts) {
        List<RgbImage> shown = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            RgbImage image = images.get(i);
            boolean blank = mode == SafetyMode.BLANK && verdicts.get(i);
            shown.add(blank ? RgbImage.black(image.width(), image.height()) : image);
        }
        return new Picture.Images(shown);
    }

    /** {@code [1, 3, crop, crop]}. */
    private static Tensor prepared(RgbImage image, SafetyCheckerPart part) {
        int shorter = Math.min(image.width(), image.height());
        int width = (int) ((double) part.side() * image.width() / shorter);
        int height = (int) ((double) part.side() * image.height() / shorter);
        RgbImage resized = Resize.bicubic(image, width, height);
        int crop = part.crop();
        int left = (width - crop) / 2;
        int top = (height - crop) / 2;
        float[] values = new float[COLOURS * crop * crop];
        IntStream.range(0, values.length).forEach(i -> {
            int colour = i / (crop * crop);
            int y = top + i / crop % crop;
            int x = left + i % crop;
            int value = resized.rgb()[(y * width + x) * COLOURS + colour] & 0xff;
            values[i] = normalised(value, colour, part);
        });
        return Tensor.of(values, 1, COLOURS, crop, crop);
    }

    private static float normalised(int value, int colour, SafetyCheckerPart part) {
        float rescaled = (float) (value * part.rescale());
        return (rescaled - part.mean().get(colour).floatValue())
                / part.deviation().get(colour).floatValue();
    }
}
