package io.darkroom.planner;

import io.darkroom.contract.request.ValidJob;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.wire.Plan;
import java.util.List;
import java.util.Optional;

/**
 * Makes work items of a valid request.
 *
 * <p>A stage whose output is kept ends its work item. Other stages that feed each other and whose models one pool serves are fused into one work item; a stage whose output several
 * models take ends its work item. Stages that need no model join a neighbour. Latents are handed on where producer and
 * consumer have the same VAE; where they have not, or where the consumer works on pixels, a decode is put behind the
 * producer, and the consumer is given pictures. No encode is put before it: diffusers' pipelines encode a picture themselves,
 * and draw that posterior from the stage's own generator before its noise, so an encode on its own would give another picture.
 */
public final class Planner {
    private Planner() {}

    /** A plan, or every fault that the catalogue reveals. */
    public static Planning plan(ValidJob job, Catalogue catalogue) {
        Suitability suitability = new Suitability(catalogue);
        List<ValidStage> stages = suitability.resolved(job.stages());
        StageModels models = suitability.modelsOf(stages);
        Optional<Planning.Refused> refusal = suitability.refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Plan plan = Plan.newBuilder()
                .addAllItems(new Fusion(stages, models).items())
                .setOutputUri(job.outputUri())
                .setImageFormat(job.format())
                .build();
        return new Planning.Planned(plan);
    }
}
