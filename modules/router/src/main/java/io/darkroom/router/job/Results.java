package io.darkroom.router.job;

import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Image;
import io.darkroom.contract.result.JobResult.JobError;
import io.darkroom.contract.result.JobResult.StageSummary;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.StageReport;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The one result record of a job's run. */
final class Results {
    private static final int SCHEMA_VERSION = 1;

    private Results() {}

    static JobResult of(
            AcceptedJob job, List<ItemState> items, JobResult.Status status, Optional<JobError> error, Instant now) {
        return new JobResult(
                SCHEMA_VERSION,
                job.key().getTenant(),
                job.key().getId(),
                job.key().getRun(),
                status,
                job.labels(),
                status == JobResult.Status.SUCCEEDED ? images(items) : List.of(),
                stages(job, items),
                error,
                job.submitted(),
                now,
                job.traceparent(),
                items.stream().map(ItemState::history).mapToInt(Tries::lost).sum(),
                items.stream()
                        .map(ItemState::history)
                        .mapToLong(Tries::lostDeviceMillis)
                        .sum());
    }

    /** Since when the work item could run. */
    static Optional<Instant> runnable(ItemState item) {
        return switch (item) {
            case ItemState.Blocked _, ItemState.Reused _ -> Optional.empty();
            case ItemState.BackingOff(var _, Instant runnable, var _) -> Optional.of(runnable);
            case ItemState.Queued(var _, Instant runnable) -> Optional.of(runnable);
            case ItemState.Released(var _, Instant runnable, var _) -> Optional.of(runnable);
            case ItemState.Running(var _, Instant runnable, var _, var _, var _) -> Optional.of(runnable);
            case ItemState.Done(var _, Instant runnable, var _, var _) -> Optional.of(runnable);
        };
    }

    private static List<Image> images(List<ItemState> items) {
        List<Image> images = new ArrayList<>();
        for (ItemState item : items) {
            if (item instanceof ItemState.Done(var _, var _, var _, var outcome)) {
                outcome.getImagesList().forEach(image -> images.add(image(image)));
            }
        }
        return images;
    }

    private static Image image(PublishedImage image) {
        return new Image(
                image.getStage(),
                image.getIndex(),
                URI.create(image.getArtifact().getUri()),
                image.getArtifact().getSha256(),
                image.getArtifact().getBytes(),
                image.getWidth(),
                image.getHeight(),
                present(image.getMediaType()),
                image.hasSeed() ? Optional.of(image.getSeed()) : Optional.empty(),
                image.hasStrength() ? Optional.of(image.getStrength()) : Optional.empty(),
                image.hasGuidanceScale() ? Optional.of(image.getGuidanceScale()) : Optional.empty(),
                image.hasNsfwContentDetected() ? Optional.of(image.getNsfwContentDetected()) : Optional.empty());
    }

    private static List<StageSummary> stages(AcceptedJob job, List<ItemState> items) {
        List<StageSummary> summaries = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            for (PlannedStage stage : job.plan().getItems(index).getStagesList()) {
                summaries.add(summary(stage, index, items.get(index)));
            }
        }
        return summaries;
    }

    private static StageSummary summary(PlannedStage stage, int index, ItemState item) {
        Optional<StageReport> report = report(stage, item);
        return new StageSummary(
                stage.getWork().getId(),
                stage.getWork().getKindCase().name().toLowerCase(Locale.ROOT),
                present(stage.getWork().getModel()),
                present(stage.getWork().getModelDigest()),
                index,
                item.tried().map(Tries::attempt),
                queuedMillis(item),
                report.map(StageReport::getComputeMillis),
                report.map(StageReport::getDeviceMillis),
                item instanceof ItemState.Reused,
                report.map(StageReport::getWarningsList)
                        .<List<String>>map(List::copyOf)
                        .orElse(List.of()));
    }

    /** What Protobuf has as an empty text, such as the model of a stage without one, is left out. */
    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static Optional<StageReport> report(PlannedStage stage, ItemState item) {
        return item instanceof ItemState.Done(var _, var _, var _, var outcome)
                ? outcome.getReportsList().stream()
                        .filter(report ->
                                report.getStage().equals(stage.getWork().getId()))
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<Long> queuedMillis(ItemState item) {
        return switch (item) {
            case ItemState.Running(var _, Instant runnable, Instant started, var _, var _) ->
                Optional.of(Duration.between(runnable, started).toMillis());
            case ItemState.Done(var _, Instant runnable, Instant started, var _) ->
                Optional.of(Duration.between(runnable, started).toMillis());
            case ItemState.Blocked _,
                    ItemState.BackingOff _,
                    ItemState.Queued _,
                    ItemState.Released _,
                    ItemState.Reused _ -> Optional.empty();
        };
    }
}
