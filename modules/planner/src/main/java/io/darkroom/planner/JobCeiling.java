package io.darkroom.planner;

import io.darkroom.contract.error.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one job may take at most, all of its stages together, whoever's turn it is.
 *
 * @param maxCost megapixel evaluations: images times megapixels times evaluations of the network (two in a step with guidance, four
 *     with guidance and a sampler like Heun's), times the model's weight where that is more than Stable Diffusion 1.5's
 * @param maxPixels that its stages draw
 */
public record JobCeiling(long maxCost, long maxPixels) {
    /**
     * Five times what 64 images of 1024 x 1024 from SDXL in 50 steps cost (about 20,000), and 1024 images of that size: an attempt
     * at more does not end within the longest attempt (50 minutes) on a data centre's GPU.
     */
    public static final JobCeiling DEFAULT = new JobCeiling(100_000, 1L << 30);

    public JobCeiling {
        if (maxCost < 1) {
            throw new IllegalArgumentException("max_job_cost: " + maxCost + " must be at least 1");
        }
        if (maxPixels < 1) {
            throw new IllegalArgumentException("max_job_pixels: " + maxPixels + " must be at least 1");
        }
    }

    /** Both numbers of each that is passed. */
    List<Fault> faultsOf(double cost, long pixels) {
        List<Fault> faults = new ArrayList<>();
        if (cost > maxCost) {
            faults.add(new Fault(
                    "stages",
                    String.format(
                            Locale.ROOT,
                            "the job would cost %,.0f megapixel evaluations; the tenant may spend %,d on one job"
                                    + " (images x megapixels x evaluations of the network x the model's weight):"
                                    + " fewer steps or images, smaller images, or several jobs would do",
                            Math.ceil(cost),
                            maxCost)));
        }
        if (pixels > maxPixels) {
            faults.add(new Fault(
                    "stages",
                    String.format(
                            Locale.ROOT,
                            "the job would draw %,d pixels; the tenant may draw %,d with one job: fewer or smaller"
                                    + " images, or several jobs would do",
                            pixels,
                            maxPixels)));
        }
        return faults;
    }
}
