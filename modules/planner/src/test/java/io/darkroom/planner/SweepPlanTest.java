package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.Variant;
import io.darkroom.contract.wire.WorkStage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stages with lists of values. */
class SweepPlanTest {
    private final Catalogue catalogue = Catalogue.of(Requests.MODELS);

    @Test
    void eachValueIsARunAndTheStageMakesThePicturesOfAllOfThem() {
        PlannedStage stage = swept("\"strength\": [0.4, 0.8], \"num_images_per_prompt\": 3");

        assertThat(stage.getImages()).isEqualTo(6);
        assertThat(stage.getWork().getVariantsList())
                .containsExactly(
                        Variant.newBuilder().setStrength(0.4).build(),
                        Variant.newBuilder().setStrength(0.8).build());
    }

    @Test
    void strengthsAndGuidanceScalesGoTogether() {
        PlannedStage stage = swept("\"strength\": [0.4, 0.8], \"guidance_scale\": [5, 7.5]");

        assertThat(stage.getImages()).isEqualTo(2);
        assertThat(stage.getWork().getVariantsList())
                .containsExactly(
                        Variant.newBuilder()
                                .setStrength(0.4)
                                .setGuidanceScale(5)
                                .build(),
                        Variant.newBuilder()
                                .setStrength(0.8)
                                .setGuidanceScale(7.5)
                                .build());
    }

    @Test
    void aSingleValueIsNoList() {
        PlannedStage stage = swept("\"strength\": 0.4");

        assertThat(stage.getWork().getVariantsList()).isEmpty();
        assertThat(stage.getWork().getImg2Img().getStrength()).isEqualTo(0.4);
    }

    @Test
    void mintedSeedsAreTheSameForEveryRun() {
        List<Long> seeds = seeds(swept("\"strength\": [0.4, 0.6, 0.8], \"num_images_per_prompt\": 2"));

        assertThat(seeds).hasSize(6);
        assertThat(seeds.subList(2, 4)).isEqualTo(seeds.subList(0, 2));
        assertThat(seeds.subList(4, 6)).isEqualTo(seeds.subList(0, 2));
        assertThat(seeds.get(0)).isNotEqualTo(seeds.get(1));
    }

    @Test
    void seedsOfOneRunAreThoseOfEachAndSeedsOfAllAreDealtOutInOrder() {
        assertThat(seeds(swept("\"strength\": [0.4, 0.8], \"num_images_per_prompt\": 2, \"seed\": [1, 2]")))
                .containsExactly(1L, 2L, 1L, 2L);
        assertThat(seeds(swept("\"strength\": [0.4, 0.8], \"num_images_per_prompt\": 2, \"seed\": [1, 2, 3, 4]")))
                .containsExactly(1L, 2L, 3L, 4L);
    }

    private List<Long> seeds(PlannedStage stage) {
        return stage.getWork().getSeeds().getPerImage().getSeedsList();
    }

    /** As it is when the run is known. */
    private PlannedStage swept(String fields) {
        String stages = """
            { "kind": "text2img", "model": "emoji", "prompt": "p" },
            { "id": "swept", "kind": "img2img", "model": "emoji", "prompt": "p", %s }
            """.formatted(fields);
        Plan plan = ((Planning.Planned) Planner.plan(Requests.job(stages), catalogue)).plan();
        JobKey job = JobKey.newBuilder().setTenant("t").setId("j").setRun(1).build();
        List<PlannedStage> planned = MintedSeeds.fill(plan, job).getItems(0).getStagesList();
        WorkStage work = planned.get(1).getWork();
        assertThat(work.getId()).isEqualTo("swept");
        return planned.get(1);
    }
}
