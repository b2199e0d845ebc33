package io.darkroom.pipelines;

import io.darkroom.diffusion.sampler.Sampler;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.ControlConditions;
import java.util.HashMap;
import java.util.Map;

/**
 * A network with ControlNets beside it: the same pictures at every step, with the scales that count in it.
 *
 * @param controls at least one
 * @param pictures by the names of their conditions, a row for each of the network's
 * @param residuals of each ControlNet
 * @param guided whether rows come in pairs, the unconditional ones first
 * @param steps that windows are parts of
 */
record ControlGuidance(Controls controls, Map<String, Tensor> pictures, int residuals, boolean guided, int steps)
        implements Preconditioning {
    @Override
    public Tensor input(Tensor latents, Sampler sampler) {
        return OF_SAMPLER.input(latents, sampler);
    }

    @Override
    public float timestep(Sampler sampler) {
        return OF_SAMPLER.timestep(sampler);
    }

    @Override
    public Tensor prediction(Tensor output, Tensor latents, Sampler sampler) {
        return output;
    }

    @Override
    public Map<String, Tensor> conditions(Map<String, Tensor> inputs, Sampler sampler) {
        Map<String, Tensor> all = new HashMap<>(inputs);
        all.putAll(pictures);
        all.put(ControlConditions.SCALES, scales(sampler));
        return all;
    }

    private Tensor scales(Sampler sampler) {
        int rows = pictures.values().iterator().next().rows();
        int nets = controls.nets().size();
        int firstRow = guided && controls.conditionalOnly() ? rows / 2 : 0;
        Tensor scales = Tensor.zeros(rows, nets * residuals);
        for (int net = 0; net < nets; net++) {
            Control control = controls.nets().get(net);
            float scale = (float) control.scaleAt(sampler.position(), steps);
            for (int row = firstRow; row < rows; row++) {
                for (int residual = 0; residual < residuals; residual++) {
                    scales.data()[row * scales.rowSize() + net * residuals + residual] =
                            controls.weight(control, residual, residuals) * scale;
                }
            }
        }
        return scales;
    }
}
