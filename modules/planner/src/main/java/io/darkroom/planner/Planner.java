package io.darkroom.planner;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.ValidJob;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import java.util.ArrayList;
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

    /** The same for a tenant with the usual ceiling. */
    public static Planning plan(ValidJob job, Catalogue catalogue) {
        return plan(job, catalogue, JobCeiling.DEFAULT);
    }

    /** A plan, or every fault that the catalogue reveals; what is sound is held against the ceiling. */
    public static Planning plan(ValidJob job, Catalogue catalogue, JobCeiling ceiling) {
        Suitability suitability = new Suitability(catalogue);
        List<ValidStage> stages = suitability.resolved(job.stages());
        StageModels models = suitability.modelsOf(stages);
        Optional<Planning.Refused> refusal = suitability.refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Fusion fusion = new Fusion(stages, models);
        List<PlannedItem> items = fusion.items();
        if (!fusion.sheetFaults().isEmpty()) {
            return new Planning.Refused(ErrorCode.INVALID_REQUEST, fusion.sheetFaults());
        }
        List<Fault> beyond = new ArrayList<>(ceiling.faultsOf(fusion.jobCost(), fusion.jobPixels()));
        beyond.addAll(fusion.memoryFaults());
        if (!beyond.isEmpty()) {
            return new Planning.Refused(ErrorCode.JOB_TOO_EXPENSIVE, beyond);
        }
        Plan plan = Plan.newBuilder()
                .addAllItems(items)
                .setOutputUri(job.outputUri())
                .setImageFormat(job.format())
                .build();
        return new Planning.Planned(plan);
    }
}
