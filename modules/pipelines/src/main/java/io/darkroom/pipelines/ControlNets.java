package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.Resize;
import io.darkroom.images.RgbImage;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.device.ControlConditions;
import io.darkroom.inference.device.DeviceException;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.ResidualShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What a stage's ControlNets are shown, and the network that has them beside it. */
final class ControlNets {
    private final StageRun run;
    private final Controls controls;
    private final ResidualShape residuals;

    private ControlNets(StageRun run, Controls controls, ResidualShape residuals) {
        this.run = run;
        this.controls = controls;
        this.residuals = residuals;
    }

    /**
     * Checks that they fit the stage's model.
     *
     * @param inputs how many pictures the stage starts from; 1 without any
     */
    static ControlNets of(StageRun run, Controls controls, int inputs) throws StageException {
        ModelFolder model = run.model();
        ResidualShape taken = model.residuals()
                .orElseThrow(() -> StageException.user(
                        "model",
                        "takes no ControlNets: its UNet's graph does not show where residuals are added; export it with"
                                + " `python -m export`"));
        for (int i = 0; i < controls.nets().size(); i++) {
            requireFitting(model, taken, controls.nets().get(i), "controlnet[" + i + "]", inputs);
        }
        return new ControlNets(run, controls, taken);
    }

    /** What a request does not say about the size is the first control picture's, rounded down to whole latents. */
    static LatentSize size(StageCall.Text2Img call, Limits limits) throws StageException {
        RgbImage first = call.controls().nets().getFirst().images().getFirst();
        int factor = call.model().vaeScaleFactor();
        return LatentSize.ofPixels(
                call.model(),
                OptionalInt.of(call.width().orElse(first.width() / factor * factor)),
                OptionalInt.of(call.height().orElse(first.height() / factor * factor)),
                limits);
    }

    /**
     * diffusers: {@code prepare_control_image}; a picture for all rows, or each input's for its own.
     *
     * @param steps that windows are parts of
     */
    ControlGuidance guidance(LatentSize size, int images, boolean guided, int steps) {
        int factor = run.model().vaeScaleFactor();
        Map<String, Tensor> pictures = new HashMap<>();
        for (int net = 0; net < controls.nets().size(); net++) {
            List<RgbImage> shown = controls.nets().get(net).images();
            Tensor rows =
                    pixels(shown, size.width() * factor, size.height() * factor).interleaveRows(images / shown.size());
            pictures.put(ControlConditions.picture(net), guided ? rows.repeatRows(2) : rows);
        }
        return new ControlGuidance(controls, pictures, residuals.count(), guided, steps);
    }

    UNet unet() throws StageException {
        try {
            return run.networks()
                    .unet(controls.nets().stream().map(Control::model).toList());
        } catch (DeviceException e) {
            throw Failures.of(e);
        }
    }

    private static void requireFitting(
            ModelFolder model, ResidualShape taken, Control control, String field, int inputs) throws StageException {
        if (!control.model().residuals().equals(taken)) {
            throw StageException.user(
                    field + ".model",
                    "was made for another network: it gives " + control.model().residuals() + ", this model takes "
                            + taken);
        }
        if (control.model().pixelsPerLatent() != model.vaeScaleFactor()) {
            throw StageException.user(
                    field + ".model",
                    "is shown " + control.model().pixelsPerLatent() + " pixels for each latent, this model's VAE has "
                            + model.vaeScaleFactor());
        }
        int shown = control.images().size();
        if (shown != 1 && shown != inputs) {
            throw StageException.user(
                    field + ".image", shown + " pictures; there must be 1, or one for each input picture: " + inputs);
        }
        for (double part : new double[] {control.guidanceStart(), control.guidanceEnd()}) {
            if (!(part >= 0 && part <= 1)) {
                throw StageException.user(field, "guidance_start and guidance_end must be within 0..1, not " + part);
            }
        }
        if (!Double.isFinite(control.conditioningScale())) {
            throw StageException.user(field + ".conditioning_scale", "must be a finite number");
        }
    }

    /** {@code [n, 3, height, width]} in 0..1. */
    private static Tensor pixels(List<RgbImage> images, int width, int height) {
        Tensor pixels = Tensor.zeros(images.size(), 3, height, width);
        int plane = width * height;
        for (int row = 0; row < images.size(); row++) {
            byte[] rgb = Resize.lanczos(images.get(row), width, height).rgb();
            for (int i = 0; i < rgb.length; i++) {
                pixels.data()[row * pixels.rowSize() + i % 3 * plane + i / 3] = (rgb[i] & 0xff) / 255.0f;
            }
        }
        return pixels;
    }
}
