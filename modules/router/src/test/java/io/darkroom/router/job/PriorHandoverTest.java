package io.darkroom.router.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.InlineEmbeds;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.Prior;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.StageOutput;
import io.darkroom.contract.wire.Text2Img;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.JobSubmitted;
import io.darkroom.contract.work.WorkProtocol;
import org.junit.jupiter.api.Test;

/** A prior in one pool, and a decoder in another. */
class PriorHandoverTest {
    private static final Plan PLAN = Plan.newBuilder()
            .addItems(PlannedItem.newBuilder()
                    .setPool("priors")
                    .addStages(PlannedStage.newBuilder()
                            .setImages(1)
                            .setWork(WorkStage.newBuilder()
                                    .setId("idea")
                                    .setHandover(Handover.HANDOVER_EMBEDS)
                                    .setPrior(Prior.getDefaultInstance()))))
            .addItems(PlannedItem.newBuilder()
                    .setPool("decoders")
                    .addSources(ItemSource.newBuilder()
                            .setOutput(StageOutput.newBuilder().setItem(0).setStage("idea")))
                    .addStages(PlannedStage.newBuilder()
                            .setImages(1)
                            .setWork(WorkStage.newBuilder()
                                    .setId("fox")
                                    .setPublish(true)
                                    .addInputs(StageInput.newBuilder()
                                            .setRole("image_embeds")
                                            .setGroup(0))
                                    .setText2Img(Text2Img.getDefaultInstance()))))
            .build();

    private static final WorkInput EMBEDS = WorkInput.newBuilder()
            .setStage("idea")
            .setInlineEmbeds(InlineEmbeds.newBuilder().setImageEmbeds(ByteString.copyFromUtf8("fox")))
            .build();

    @Test
    void theDecoderIsGivenTheEmbeddingsAndWorkersThatCannotReadThemLeaveBothAlone() {
        History job = History.of(submitted(), done(EMBEDS));

        assertThat(job.wanted())
                .extracting(WorkItem::getProtocolVersion)
                .hasSize(2)
                .allMatch(version -> version >= WorkProtocol.EMBEDS);
        assertThat(job.wanted()
                        .getLast()
                        .getInputs(0)
                        .getInlineEmbeds()
                        .getImageEmbeds()
                        .toStringUtf8())
                .isEqualTo("fox");
    }

    @Test
    void anOutcomeWithLatentsInTheirPlaceIsTriedAgain() {
        WorkInput latents = WorkInput.newBuilder()
                .setStage("idea")
                .setInlineLatents(InlineLatents.getDefaultInstance())
                .build();
        History job = History.of(submitted(), done(latents)).untilTimer();

        assertThat(job.wanted()).extracting(WorkItem::getAttempt).containsExactly(1, 2);
    }

    private static JobEvent submitted() {
        return JobEvent.newBuilder()
                .setTenant("t")
                .setId("j")
                .setSubmitted(JobSubmitted.newBuilder()
                        .setDeadlineMillis(Events.DEADLINE.toMillis())
                        .setPlan(PLAN))
                .build();
    }

    private static JobEvent done(WorkInput handedOn) {
        return Events.work(WorkEvent.newBuilder()
                .setDone(WorkDone.newBuilder().setAttempt(Events.key(1, 0, 1)).addHandover(handedOn)));
    }
}
