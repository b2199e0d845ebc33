package io.darkroom.router.job;

import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.work.ArtifactUris;
import io.darkroom.contract.work.Handovers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a worker's outcome is what the plan asked for: each picture once, and the handover of its
 * kind.
 */
final class Outcomes {
    private Outcomes() {}

    static Optional<String> faultOf(WorkDone outcome, AcceptedJob job, int index) {
        PlannedItem planned = job.plan().getItems(index);
        Set<String> wanted = new HashSet<>();
        for (PlannedStage stage : planned.getStagesList()) {
            for (int image = 0; stage.getWork().getPublish() && image < stage.getImages(); image++) {
                wanted.add(stage.getWork().getId() + "#" + image);
            }
        }
        for (PublishedImage image : outcome.getImagesList()) {
            if (!ArtifactUris.isOfAttempt(image.getArtifact(), job.plan().getOutputUri(), outcome.getAttempt())) {
                return Optional.of("the worker gave a picture that does not lie where the attempt's pictures belong");
            }
            String name = image.getStage() + "#" + image.getIndex();
            if (!wanted.remove(name)) {
                return Optional.of("the worker gave a picture that was not asked for: " + name);
            }
        }
        if (!wanted.isEmpty()) {
            return Optional.of("the worker gave no picture "
                    + wanted.stream().sorted().findFirst().orElseThrow());
        }
        return faultOfReports(outcome, planned)
                .or(() -> faultOfPlaces(outcome, job, planned))
                .or(() -> faultOfHandover(outcome, planned));
    }

    private static Optional<String> faultOfReports(WorkDone outcome, PlannedItem planned) {
        Set<String> stages = new HashSet<>();
        planned.getStagesList().forEach(stage -> stages.add(stage.getWork().getId()));
        return outcome.getReportsList().stream()
                .map(StageReport::getStage)
                .filter(stage -> !stages.remove(stage))
                .findFirst()
                .map(stage -> "the worker reported twice on stage " + stage + ", or it is none of the work item's");
    }

    /** Others read what is handed on: it must be the attempt's own, or what the work item is kept as. */
    private static Optional<String> faultOfPlaces(WorkDone outcome, AcceptedJob job, PlannedItem planned) {
        return outcome.getHandoverList().stream()
                .filter(input -> file(input).isPresent())
                .filter(input -> {
                    ArtifactPointer file = file(input).get();
                    return input.getKept()
                            ? planned.getKeptAs().isEmpty()
                                    || !ArtifactUris.isKept(file, job.key().getTenant(), planned.getKeptAs())
                            : !ArtifactUris.isOfAttempt(file, outcome.getAttempt());
                })
                .findFirst()
                .map(_ -> "the worker handed on a file that does not lie where the attempt's files belong");
    }

    private static Optional<ArtifactPointer> file(WorkInput input) {
        return switch (input.getKindCase()) {
            case IMAGE -> Optional.of(input.getImage());
            case LATENTS -> Optional.of(input.getLatents().getArtifact());
            case EMBEDS -> Optional.of(input.getEmbeds());
            case IMAGE_URI, INLINE_LATENTS, INLINE_EMBEDS, KIND_NOT_SET -> Optional.empty();
        };
    }

    /** What it took of the device. */
    static long deviceMillis(WorkDone outcome) {
        return outcome.getReportsList().stream()
                .mapToLong(StageReport::getDeviceMillis)
                .sum();
    }

    private static Optional<String> faultOfHandover(WorkDone outcome, PlannedItem planned) {
        List<WorkStage> stages = ItemSources.stages(planned);
        Map<String, List<WorkInput>> handedOn = outcome.getHandoverList().stream()
                .collect(Collectors.groupingBy(input -> Handovers.producer(input, stages)));
        for (int position = 0; position < stages.size(); position++) {
            String stage = stages.get(position).getId();
            Handover wanted = Handovers.of(stages, position, planned.getHandover());
            List<WorkInput> given = Optional.ofNullable(handedOn.remove(stage)).orElse(List.of());
            if (!fits(wanted, given)) {
                return Optional.of("the worker handed on something other than " + wanted + " of stage " + stage);
            }
        }
        return handedOn.keySet().stream()
                .findFirst()
                .map(stage -> "the worker handed on what stage " + stage + " made, which is none of the work item's");
    }

    private static boolean fits(Handover wanted, List<WorkInput> given) {
        return switch (wanted) {
            case HANDOVER_LATENTS -> !given.isEmpty() && given.stream().allMatch(Outcomes::isLatents);
            case HANDOVER_IMAGES -> !given.isEmpty() && given.stream().allMatch(WorkInput::hasImage);
            case HANDOVER_EMBEDS -> !given.isEmpty() && given.stream().allMatch(Outcomes::isEmbeds);
            case HANDOVER_NONE, UNRECOGNIZED -> given.isEmpty();
        };
    }

    private static boolean isEmbeds(WorkInput input) {
        return input.hasInlineEmbeds() || input.hasEmbeds();
    }

    private static boolean isLatents(WorkInput input) {
        return input.hasInlineLatents() || input.hasLatents();
    }
}
