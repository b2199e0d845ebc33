package io.darkroom.planner;

import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.SeedList;
import io.darkroom.contract.wire.Seeds;
import io.darkroom.contract.wire.WorkStage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Seeds for stages whose request names none: a hash of the job's run, the stage and the picture's
 * place in it, so that a retry draws the same picture and another run another one. They lie in
 * 0..2^32-1, which is all that torch's {@code manual_seed} uses.
 */
public final class MintedSeeds {
    private MintedSeeds() {}

    /** The plan with every seed set. */
    public static Plan fill(Plan plan, JobKey job) {
        Plan.Builder filled = plan.toBuilder();
        for (PlannedItem.Builder item : filled.getItemsBuilderList()) {
            for (PlannedStage.Builder stage : item.getStagesBuilderList()) {
                if (draws(stage.getWork()) && !stage.getWork().hasSeeds()) {
                    stage.getWorkBuilder()
                            .setSeeds(drawsNegative(stage.getWork()) ? single(job, stage) : perImage(job, stage));
                }
            }
        }
        return filled.build();
    }

    /** The seed of one picture. */
    static long seed(JobKey job, String stage, int slot) {
        String text = String.join(
                "/", job.getTenant(), job.getId(), Integer.toString(job.getRun()), stage, Integer.toString(slot));
        return Integer.toUnsignedLong(ByteBuffer.wrap(sha256(text)).getInt());
    }

    private static Seeds.Builder perImage(JobKey job, PlannedStage.Builder stage) {
        // Every run of a stage with lists of values has the same seeds, so that only the values make a difference.
        int ofOneRun = stage.getImages() / Math.max(stage.getWork().getVariantsCount(), 1);
        SeedList.Builder seeds = SeedList.newBuilder();
        for (int picture = 0; picture < stage.getImages(); picture++) {
            seeds.addSeeds(seed(job, stage.getWork().getId(), picture % ofOneRun));
        }
        return Seeds.newBuilder().setPerImage(seeds);
    }

    /** Kandinsky's prior draws for the negative prompt too, which generators of single pictures cannot do. */
    private static boolean drawsNegative(WorkStage stage) {
        return (stage.hasPrior() || stage.getSampling().hasPriorNumInferenceSteps())
                && stage.getPrompt().hasNegativePrompt();
    }

    private static Seeds.Builder single(JobKey job, PlannedStage.Builder stage) {
        return Seeds.newBuilder().setSingle(seed(job, stage.getWork().getId(), 0));
    }

    private static boolean draws(WorkStage stage) {
        return switch (stage.getKindCase()) {
            case TEXT2IMG, IMG2IMG, INPAINT, UPSCALE, PRIOR -> true;
            case DECODE, ENCODE, GRID, ANIMATION, CANNY, DEPTH, KIND_NOT_SET -> false;
        };
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
