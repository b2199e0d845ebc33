package io.darkroom.router.job;

import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.Priority;
import io.darkroom.contract.wire.PromptEmbeds;
import io.darkroom.contract.wire.StageOutput;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.work.Handovers;
import io.darkroom.contract.work.WorkProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a worker is given, made of the plan and of what came before. */
final class WorkItems {
    /** A dispatch record holds one, with little around it. */
    static final int MAX_BYTES = Topics.MAX_RECORD_BYTES - 16 * 1024;

    private static final String HTTPS = "https://";

    private WorkItems() {}

    static WorkItem of(
            AcceptedJob job,
            List<ItemState> items,
            int index,
            Tries tries,
            Priority priority,
            JobEnvironment environment) {
        PlannedItem planned = job.plan().getItems(index);
        List<WorkStage> stages = ItemSources.stages(planned);
        return WorkItem.newBuilder()
                .setProtocolVersion(protocolVersion(stages, tries))
                .setJob(job.key())
                .setIndex(index)
                .setAttempt(tries.attempt())
                .setPool(planned.getPool())
                .addAllStages(stages)
                .addAllInputs(inputs(job, items, index))
                .setHandover(planned.getHandover())
                .setOutputUri(job.plan().getOutputUri())
                .setImageFormat(job.plan().getImageFormat())
                .setDeadlineEpochMillis(job.deadline().toEpochMilli())
                .setTraceparent(job.traceparent().orElse(""))
                .setAttemptLimitMillis(
                        environment.limits().attemptLimit(planned).toMillis())
                .setExpectedCost(planned.getExpectedCost())
                .setPixels(planned.getPixels())
                .setMemoryBytes(planned.getMemoryBytes())
                .setKeptAs(planned.getKeptAs())
                .setPriority(priority)
                .setToken(tries.token())
                .addAllAvoid(tries.avoid())
                .addAllRedirectPrefixes(redirectPrefixes(job, index, environment))
                .build();
    }

    static AttemptKey attemptKey(AcceptedJob job, int index, int attempt) {
        return AttemptKey.newBuilder()
                .setJob(job.key())
                .setIndex(index)
                .setAttempt(attempt)
                .build();
    }

    /** The lowest that says what the stages need, so that workers of an older version take what they can. */
    private static int protocolVersion(List<WorkStage> stages, Tries tries) {
        if (!tries.token().isEmpty()) {
            return WorkProtocol.TOKEN;
        }
        boolean embeds = stages.stream()
                .anyMatch(stage -> stage.hasPrior()
                        || stage.getInputsList().stream()
                                .anyMatch(input -> input.getRole().equals(NamedInput.IMAGE_EMBEDS)));
        if (embeds) {
            return WorkProtocol.EMBEDS;
        }
        return saysItself(stages) ? WorkProtocol.GRAPH : WorkProtocol.LINEAR;
    }

    /** Where a server may send a worker on to that fetches what the tenant named: as far as the tenant could have named it. */
    private static List<String> redirectPrefixes(AcceptedJob job, int index, JobEnvironment environment) {
        boolean fetches = ItemSources.of(job.plan(), index).stream()
                        .anyMatch(source -> source.getImageUri().startsWith(HTTPS))
                || ItemSources.stages(job.plan().getItems(index)).stream().anyMatch(WorkItems::fetches);
        return fetches
                ? environment.uris().inputPrefixes(job.key().getTenant()).stream()
                        .filter(prefix -> prefix.startsWith(HTTPS))
                        .toList()
                : List.of();
    }

    private static boolean fetches(WorkStage stage) {
        PromptEmbeds embeds = stage.getPrompt().getEmbeds();
        return Stream.of(
                        stage.getInpaint().getMaskUri(),
                        embeds.getPromptUri(),
                        embeds.getNegativePromptUri(),
                        embeds.getPooledPromptUri(),
                        embeds.getNegativePooledPromptUri())
                .anyMatch(uri -> uri.startsWith(HTTPS));
    }

    private static boolean saysItself(List<WorkStage> stages) {
        return stages.stream()
                .anyMatch(stage -> stage.getInputsCount() > 0 || stage.getHandover() != Handover.HANDOVER_NONE);
    }

    private static List<WorkInput> inputs(AcceptedJob job, List<ItemState> items, int index) {
        List<ItemSource> sources = ItemSources.of(job.plan(), index);
        List<WorkInput> inputs = new ArrayList<>();
        for (int group = 0; group < sources.size(); group++) {
            int number = group;
            inputs(job, items, sources.get(group))
                    .map(input -> input.toBuilder().setGroup(number).build())
                    .forEach(inputs::add);
        }
        return inputs;
    }

    private static Stream<WorkInput> inputs(AcceptedJob job, List<ItemState> items, ItemSource source) {
        return switch (source.getKindCase()) {
            case IMAGE_URI ->
                Stream.of(
                        WorkInput.newBuilder().setImageUri(source.getImageUri()).build());
            case OUTPUT -> handedOn(job, items, source.getOutput());
            case KIND_NOT_SET -> throw new IllegalStateException("a source of a kind that this router does not know");
        };
    }

    private static Stream<WorkInput> handedOn(AcceptedJob job, List<ItemState> items, StageOutput output) {
        List<WorkInput> handover =
                switch (items.get(output.getItem())) {
                    case ItemState.Done(var _, var _, var _, var outcome) -> outcome.getHandoverList();
                    case ItemState.Reused(var _, var kept) -> kept;
                    case ItemState.Blocked _,
                            ItemState.BackingOff _,
                            ItemState.Queued _,
                            ItemState.Released _,
                            ItemState.Running _ ->
                        throw new IllegalStateException("work item " + output.getItem() + " is not done");
                };
        List<WorkStage> stages = ItemSources.stages(job.plan().getItems(output.getItem()));
        return handover.stream()
                .filter(input -> Handovers.producer(input, stages).equals(output.getStage()))
                .map(input -> input.toBuilder().clearStage().build());
    }
}
