package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class KeepPlanTest {
    private static final String KEPT = """
        {"id": "%s", "kind": "text2img", "model": "emoji", "prompt": "a fox", "seed": %d, "keep": true,
         "scheduler_options": {"beta_start": 0.001, "beta_end": 0.02}},
        {"id": "%s", "kind": "img2img", "model": "emoji", "prompt": "%s", "seed": 8, "keep": true},
        {"id": "last", "kind": "upscale", "model": "x2", "prompt": "a fox"}
        """;

    @Test
    void aKeptStageEndsItsWorkItem() {
        Plan plan = plan(KEPT.formatted("a", 7, "b", "a fox"), "shop", "j");

        assertThat(stageIds(plan)).containsExactly(List.of("a"), List.of("b"), List.of("last"));
        assertThat(plan.getItemsList()).extracting(PlannedItem::getKeep).containsExactly(true, true, false);
        assertThat(plan.getItems(0).getKeptAs()).matches("[0-9a-f]{64}");
        assertThat(plan.getItems(2).getKeptAs()).isEmpty();
    }

    @Test
    void aKeptStageDoesNotFollowWhatIsPublishedInOneWorkItem() {
        Plan plan = plan("""
            {"id": "a", "kind": "text2img", "model": "emoji", "prompt": "p", "publish": true},
            {"id": "b", "kind": "img2img", "model": "emoji", "prompt": "p"},
            {"id": "c", "kind": "img2img", "model": "emoji", "prompt": "p", "keep": true},
            {"id": "d", "kind": "upscale", "model": "x2", "prompt": "p"}
            """, "shop", "j");

        assertThat(stageIds(plan)).containsExactly(List.of("a", "b"), List.of("c"), List.of("d"));
    }

    @Test
    void theNameIsTheSameForJobsThatBeginInTheSameWay() {
        List<String> names = names(plan(KEPT.formatted("a", 7, "b", "a fox"), "shop", "one"));

        assertThat(names(plan(KEPT.formatted("other", 7, "names", "a fox"), "shop", "two")))
                .isEqualTo(names);
        List<String> fork = names(plan(KEPT.formatted("a", 7, "b", "a cat"), "shop", "three"));
        assertThat(fork.getFirst()).isEqualTo(names.getFirst());
        assertThat(fork.get(1)).isNotEqualTo(names.get(1));
    }

    @Test
    void theNameIsAnotherWithAnotherSeedTenantOrBeginning() {
        List<String> names = names(plan(KEPT.formatted("a", 7, "b", "a fox"), "shop", "one"));

        assertThat(names(plan(KEPT.formatted("a", 8, "b", "a fox"), "shop", "one")))
                .doesNotContainAnyElementsOf(names);
        assertThat(names(plan(KEPT.formatted("a", 7, "b", "a fox"), "other", "one")))
                .doesNotContainAnyElementsOf(names);
    }

    @Test
    void mintedSeedsAndFilesThatCanChangeMakeItTheJobsOwn() {
        String minted = """
            {"kind": "text2img", "model": "emoji", "prompt": "p", "keep": true},
            {"kind": "upscale", "model": "x2", "prompt": "p"}
            """;
        String file = """
            {"kind": "img2img", "model": "emoji", "prompt": "p", "seed": 7, "input": "s3://renders/in.png", "keep": true},
            {"kind": "upscale", "model": "x2", "prompt": "p"}
            """;
        for (String stages : List.of(minted, file)) {
            assertThat(names(plan(stages, "shop", "one"))).isEqualTo(names(plan(stages, "shop", "one")));
            assertThat(names(plan(stages, "shop", "two"))).isNotEqualTo(names(plan(stages, "shop", "one")));
        }
    }

    private static List<String> names(Plan plan) {
        return plan.getItemsList().stream()
                .map(PlannedItem::getKeptAs)
                .filter(Predicate.not(String::isEmpty))
                .toList();
    }

    private static List<List<String>> stageIds(Plan plan) {
        return plan.getItemsList().stream()
                .map(item -> item.getStagesList().stream()
                        .map(PlannedStage::getWork)
                        .map(work -> work.getId())
                        .toList())
                .toList();
    }

    private static Plan plan(String stages, String tenant, String id) {
        JobKey job = JobKey.newBuilder().setTenant(tenant).setId(id).setRun(1).build();
        return switch (Planner.plan(Requests.job(stages), Catalogue.of(Requests.MODELS))) {
            case Planning.Planned(Plan plan) -> KeptNames.fill(MintedSeeds.fill(plan, job), job);
            case Planning.Refused refused -> throw new AssertionError(refused.faults());
        };
    }
}
