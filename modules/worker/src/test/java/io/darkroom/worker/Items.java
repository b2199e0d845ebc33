package io.darkroom.worker;

import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.ImageFormat;
import io.darkroom.contract.wire.Img2Img;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Prompt;
import io.darkroom.contract.wire.Sampling;
import io.darkroom.contract.wire.Seeds;
import io.darkroom.contract.wire.Text2Img;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import java.nio.file.Path;
import java.time.Duration;

/** Work items as the router would write them. */
final class Items {

    /** Steps of work that is still running whenever a test looks: it would take minutes. */
    static final int ENDLESS = 900;

    private Items() {}

    static WorkItem.Builder item(String jobId, Path output, WorkStage... stages) {
        WorkItem.Builder item = WorkItem.newBuilder()
                .setProtocolVersion(1)
                .setJob(JobKey.newBuilder().setTenant("acme").setId(jobId).setRun(1))
                .setAttempt(1)
                .setPool(PoolBench.POOL)
                .setHandover(Handover.HANDOVER_NONE)
                .setOutputUri(output.resolve(jobId).toUri() + "/")
                .setImageFormat(ImageFormat.IMAGE_FORMAT_PNG)
                .setDeadlineEpochMillis(
                        System.currentTimeMillis() + Duration.ofHours(1).toMillis())
                .setAttemptLimitMillis(Duration.ofMinutes(30).toMillis());
        for (WorkStage stage : stages) {
            item.addStages(stage);
        }
        return item;
    }

    static WorkStage.Builder text2img(String id, int steps) {
        return TestModel.stage(id)
                .setPublish(true)
                .setPrompt(Prompt.newBuilder().setPrompt("a red fox on a blue background"))
                .setSampling(Sampling.newBuilder().setNumInferenceSteps(steps).setGuidanceScale(3))
                .setSeeds(Seeds.newBuilder().setSingle(7))
                .setNumImagesPerPrompt(1)
                .setText2Img(Text2Img.getDefaultInstance());
    }

    static WorkStage.Builder img2img(String id, int steps) {
        return TestModel.stage(id)
                .setPublish(true)
                .setPrompt(Prompt.newBuilder().setPrompt("a red fox, comic"))
                .setSampling(Sampling.newBuilder().setNumInferenceSteps(steps).setGuidanceScale(3))
                .setSeeds(Seeds.newBuilder().setSingle(8))
                .setNumImagesPerPrompt(1)
                .setImg2Img(Img2Img.newBuilder().setStrength(0.6));
    }
}
