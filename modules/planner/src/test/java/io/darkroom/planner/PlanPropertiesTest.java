package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.StageInput;
import io.darkroom.contract.wire.WorkStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What holds for the plan of any job: chains, branches, pictures of the user's, any mix of pools
 * and VAEs.
 */
class PlanPropertiesTest {
    /** A stage before it is known where it stands. */
    record Wish(String model, int input, boolean uri, boolean grid) {}

    @Provide
    Arbitrary<List<Wish>> wishes() {
        return Combinators.combine(
                        Arbitraries.of("emoji", "sketch", "photo"),
                        Arbitraries.integers().between(0, 15),
                        Arbitraries.of(true, false, false, false),
                        Arbitraries.of(true, false, false))
                .as(Wish::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Property(tries = 300)
    void aPlanRunsEachStageOnceInAnOrderAndPoolThatCanRunIt(@ForAll("wishes") List<Wish> wishes) {
        Plan plan = planOf(wishes);

        List<String> ran = new ArrayList<>();
        for (int index = 0; index < plan.getItemsCount(); index++) {
            PlannedItem item = plan.getItems(index);
            for (ItemSource source : item.getSourcesList()) {
                assertThat(source.getOutput().getItem()).isLessThan(Math.max(index, 1));
            }
            for (PlannedStage stage : item.getStagesList()) {
                if (!stage.getWork().hasGrid()) {
                    assertThat(model(stage.getWork()).pool()).isEqualTo(item.getPool());
                }
                if (!stage.getWork().hasDecode()) {
                    ran.add(stage.getWork().getId());
                }
            }
        }
        assertThat(ran).containsExactlyInAnyOrderElementsOf(ids(wishes));
    }

    @Property(tries = 300)
    void latentsNeverMeetAnotherVae(@ForAll("wishes") List<Wish> wishes) {
        Plan plan = planOf(wishes);

        for (PlannedItem item : plan.getItemsList()) {
            for (int position = 0; position < item.getStagesCount(); position++) {
                WorkStage stage = item.getStages(position).getWork();
                for (StageInput input : stage.getInputsList()) {
                    if (input.hasStage()) {
                        assertThat(input.getStage()).isLessThan(position);
                    }
                    producer(plan, item, input).ifPresent(producer -> meets(producer, stage, input.hasGroup()));
                }
            }
        }
    }

    private static void meets(WorkStage producer, WorkStage consumer, boolean handedOn) {
        boolean latents = !producer.hasDecode() && !producer.hasGrid();
        if (handedOn) {
            assertThat(producer.getHandover())
                    .isEqualTo(latents ? Handover.HANDOVER_LATENTS : Handover.HANDOVER_IMAGES);
        }
        assertThat(latents && consumer.hasGrid()).isFalse();
        assertThat(!latents || sameVae(producer, consumer)).isTrue();
    }

    private static Optional<WorkStage> producer(Plan plan, PlannedItem item, StageInput input) {
        if (input.hasStage()) {
            return Optional.of(item.getStages(input.getStage()).getWork());
        }
        ItemSource source = item.getSources(input.getGroup());
        return source.hasOutput()
                ? plan.getItems(source.getOutput().getItem()).getStagesList().stream()
                        .map(PlannedStage::getWork)
                        .filter(stage -> stage.getId().equals(source.getOutput().getStage()))
                        .findFirst()
                : Optional.empty();
    }

    @Property(tries = 100)
    void theSameRequestGivesTheSamePlan(@ForAll("wishes") List<Wish> wishes) {
        assertThat(planOf(wishes)).isEqualTo(planOf(wishes));
    }

    private static Plan planOf(List<Wish> wishes) {
        List<String> stages = new ArrayList<>();
        for (int i = 0; i < wishes.size(); i++) {
            stages.add(stage(i, wishes.get(i)));
        }
        return switch (Planner.plan(Requests.job(String.join(", ", stages)), Catalogue.of(Requests.MODELS))) {
            case Planning.Planned(Plan plan) -> plan;
            case Planning.Refused refused -> throw new AssertionError(refused.faults());
        };
    }

    private static String stage(int position, Wish wish) {
        if (position == 0 && !wish.uri()) {
            return "{\"id\": \"s0\", \"kind\": \"text2img\", \"model\": \"%s\", \"prompt\": \"p\"}"
                    .formatted(wish.model());
        }
        if (position > 1 && wish.grid()) {
            return "{\"id\": \"s%d\", \"kind\": \"grid\", \"inputs\": [\"s%d\", \"s%d\"]}"
                    .formatted(position, wish.input() % position, (wish.input() / 2) % position);
        }
        String input = wish.uri() ? "s3://renders/in.png" : "s" + wish.input() % position;
        return "{\"id\": \"s%d\", \"kind\": \"img2img\", \"model\": \"%s\", \"prompt\": \"p\", \"input\": \"%s\"}"
                .formatted(position, wish.model(), input);
    }

    private static List<String> ids(List<Wish> wishes) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < wishes.size(); i++) {
            ids.add("s" + i);
        }
        return ids;
    }

    private static ModelEntry model(WorkStage stage) {
        return Requests.MODELS.get(stage.getModel());
    }

    private static boolean sameVae(WorkStage one, WorkStage other) {
        return model(one).vaeDigest().equals(model(other).vaeDigest());
    }
}
