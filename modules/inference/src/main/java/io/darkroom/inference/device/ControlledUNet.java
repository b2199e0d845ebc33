package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.batch.StepPlan;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.batch.UNetRows;
import io.darkroom.inference.onnx.ResidualInputs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A UNet with ControlNets beside it (Zhang et al., arXiv:2302.05543): before it is called, each ControlNet is, and their
 * residuals are scaled and added up. To the batcher it is one network, so the rows of all jobs that name the same
 * ControlNets in the same order share calls, whatever their scales are.
 *
 * <p>Rows that name ControlNets have two kinds of conditions more: {@link ControlConditions#picture}, {@code [rows, 3, height, width]} in
 * 0..1 for each ControlNet, and {@link ControlConditions#SCALES}, {@code [rows, nets * residuals]}. A row whose scales for a ControlNet are
 * all 0 is not shown to it, since nothing would come of it: this is how one is left out of some steps.
 */
final class ControlledUNet implements UNet {
    private final LoadedUNet unet;
    private final List<LoadedControlNet> nets;
    private final List<String> residuals;

    /**
     * @param residuals how many each ControlNet gives
     */
    ControlledUNet(LoadedUNet unet, List<LoadedControlNet> nets, int residuals) {
        this.unet = unet;
        this.nets = List.copyOf(nets);
        this.residuals = ResidualInputs.names(residuals);
    }

    @Override
    public boolean takesTimestepPerRow() {
        return unet.takesTimestepPerRow() && nets.stream().allMatch(LoadedControlNet::takesTimestepPerRow);
    }

    @Override
    public Tensor predict(StepPlan plan) throws DeviceException {
        ResidualSums sums = new ResidualSums(plan.rows());
        for (int net = 0; net < nets.size(); net++) {
            List<LoadedControlNet.Row> rows = guided(plan, net);
            if (!rows.isEmpty()) {
                List<Tensor> computed = nets.get(net).residuals(rows, ControlConditions.picture(net));
                for (int residual = 0; residual < residuals.size(); residual++) {
                    sums.add(residual, computed.get(residual), rows, net * residuals.size() + residual);
                }
            }
        }
        return unet.predict(withoutControls(plan), named(sums.all()));
    }

    /** The rows that a ControlNet says something about. */
    private List<LoadedControlNet.Row> guided(StepPlan plan, int net) {
        List<LoadedControlNet.Row> rows = new ArrayList<>();
        int position = 0;
        for (StepPlan.Slice slice : plan.slices()) {
            for (int index = slice.from(); index < slice.to(); index++) {
                var row = new LoadedControlNet.Row(slice.rows(), index, position);
                if (counts(row, net)) {
                    rows.add(row);
                }
                position++;
            }
        }
        return rows;
    }

    private boolean counts(LoadedControlNet.Row row, int net) {
        for (int residual = 0; residual < residuals.size(); residual++) {
            if (ResidualSums.scale(row, net * residuals.size() + residual) != 0) {
                return true;
            }
        }
        return false;
    }

    private StepPlan withoutControls(StepPlan plan) {
        return new StepPlan(
                unet,
                plan.slices().stream()
                        .map(slice -> new StepPlan.Slice(plain(slice.rows()), slice.from(), slice.to()))
                        .toList());
    }

    private UNetRows plain(UNetRows rows) {
        Map<String, Tensor> conditions = new HashMap<>(rows.conditions());
        conditions.keySet().removeIf(ControlConditions::isOne);
        return new UNetRows(unet, rows.sample(), rows.timestep(), conditions);
    }

    private Map<String, Tensor> named(List<Tensor> sums) {
        Map<String, Tensor> named = new HashMap<>();
        for (int i = 0; i < sums.size(); i++) {
            named.put(residuals.get(i), sums.get(i));
        }
        return named;
    }
}
