package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.WorkStage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Kandinsky's prior and decoder as stages of their own. */
class PriorPlanTest {
    private static final String PRIOR = """
        { "id": "idea", "kind": "prior", "model": "%s", "prompt": "a fox", "negative_prompt": "night" }\
        """;
    private static final String DECODER = """
        { "id": "fox", "kind": "text2img", "model": "%s", "image_embeds": "idea" }\
        """;

    private final Catalogue catalogue = Catalogue.of(Map.of(
            "emoji", Requests.model(Family.STABLE_DIFFUSION, "emoji", "cpu", "a", StageKind.TEXT2IMG),
            "both",
                    Requests.model(
                            Family.KANDINSKY,
                            "both",
                            "cpu",
                            "b",
                            StageKind.TEXT2IMG,
                            StageKind.IMG2IMG,
                            StageKind.PRIOR),
            "prior",
                    ModelEntry.of(Family.KANDINSKY_PRIOR, "prior", "p".repeat(64), "priors")
                            .kinds(List.of(StageKind.PRIOR))
                            .build(),
            "decoder",
                    Requests.model(
                            Family.KANDINSKY_DECODER, "decoder", "cpu", "b", StageKind.TEXT2IMG, StageKind.IMG2IMG)));

    @Test
    void inTwoPoolsTheEmbeddingsAreHandedOn() {
        Plan plan = planned(PRIOR.formatted("prior"), DECODER.formatted("decoder"));
        WorkStage prior = plan.getItems(0).getStages(0).getWork();
        WorkStage decoder = plan.getItems(1).getStages(0).getWork();

        assertThat(plan.getItems(0).getPool()).isEqualTo("priors");
        assertThat(prior.hasPrior()).isTrue();
        assertThat(prior.getHandover()).isEqualTo(Handover.HANDOVER_EMBEDS);
        assertThat(prior.getSampling().getNumInferenceSteps()).isEqualTo(25);
        assertThat(prior.getSampling().getGuidanceScale()).isEqualTo(4.0);
        assertThat(plan.getItems(1).getPool()).isEqualTo("cpu");
        assertThat(plan.getItems(1).getSources(0).getOutput().getStage()).isEqualTo("idea");
        assertThat(decoder.getInputs(0).getRole()).isEqualTo("image_embeds");
        assertThat(decoder.getInputs(0).getGroup()).isZero();
        assertThat(decoder.getSampling().hasPriorNumInferenceSteps()).isFalse();
        assertThat(decoder.getSampling().getNumInferenceSteps()).isEqualTo(100);
    }

    @Test
    void inOnePoolTheyStayOnTheDevice() {
        Plan plan = planned(PRIOR.formatted("both"), DECODER.formatted("decoder"));

        assertThat(plan.getItemsCount()).isEqualTo(1);
        WorkStage prior = plan.getItems(0).getStages(0).getWork();
        assertThat(prior.getHandover()).isEqualTo(Handover.HANDOVER_NONE);
        assertThat(plan.getItems(0).getStages(1).getWork().getInputs(0).getStage())
                .isZero();
    }

    @Test
    void withANegativePromptOneMintedSeedDrawsAllEmbeddings() {
        Plan minted = MintedSeeds.fill(
                planned(PRIOR.formatted("prior"), DECODER.formatted("decoder")),
                JobKey.newBuilder().setTenant("t").setId("j").setRun(1).build());

        assertThat(minted.getItems(0).getStages(0).getWork().getSeeds().hasSingle())
                .isTrue();
        assertThat(minted.getItems(1).getStages(0).getWork().getSeeds().hasPerImage())
                .isTrue();
    }

    @Test
    void whatCannotFollowOrLeadIsRefusedWithTheReason() {
        assertThat(faults("""
            { "kind": "text2img", "model": "decoder", "prompt": "a fox" }\
            """))
                .containsExactly("stages[0].image_embeds: is missing; decoder is a decoder alone, so name an earlier"
                        + " prior stage");
        assertThat(faults(PRIOR.formatted("prior"), DECODER.formatted("emoji")))
                .containsExactly("stages[1].image_embeds: emoji has no such parameter; only Kandinsky models have it");
        assertThat(faults(PRIOR.formatted("decoder"), DECODER.formatted("decoder")))
                .containsExactly("stages[0].model: decoder cannot run prior; it runs text2img, img2img");
        assertThat(faults(PRIOR.formatted("prior"), DECODER.formatted("prior")))
                .containsExactly("stages[1].model: prior cannot run text2img; it runs prior");
    }

    private Plan planned(String... stages) {
        return ((Planning.Planned) Planner.plan(Requests.job(String.join(", ", stages)), catalogue)).plan();
    }

    private List<String> faults(String... stages) {
        return ((Planning.Refused) Planner.plan(Requests.job(String.join(", ", stages)), catalogue))
                .faults().stream()
                        .map(fault -> fault.path() + ": " + fault.message())
                        .toList();
    }
}
