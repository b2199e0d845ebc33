package io.darkroom.router.ingress;

import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkInput;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an outcome must look like to be kept in the router's state and repeated in a result. */
final class OutcomeForm {
    private static final int MAX_HANDOVER_BYTES = 160 * 1024;
    private static final int MAX_URI = 2560;
    private static final int MAX_MEDIA_TYPE = 64;
    private static final int MAX_WARNINGS = 8;
    private static final int MAX_WARNING = 512;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private OutcomeForm() {}

    static Optional<String> faultOf(WorkDone done) {
        for (PublishedImage image : done.getImagesList()) {
            if (image.getWidth() < 1 || image.getHeight() < 1) {
                return Optional.of("an image has no size");
            }
            if (image.getMediaType().length() > MAX_MEDIA_TYPE) {
                return Optional.of("a media type has at most " + MAX_MEDIA_TYPE + " characters");
            }
            Optional<String> fault = faultOf(image.getArtifact());
            if (fault.isPresent()) {
                return fault;
            }
        }
        int bytes = done.getHandoverList().stream()
                .mapToInt(WorkInput::getSerializedSize)
                .sum();
        return bytes > MAX_HANDOVER_BYTES
                ? Optional.of(
                        "the handover has " + bytes + " bytes; at most " + MAX_HANDOVER_BYTES + " may travel inline")
                : Optional.empty();
    }

    /** The same event with its warnings cut to a length that a result can hold. */
    static WorkEvent bounded(WorkEvent event) {
        WorkDone.Builder done = event.getDone().toBuilder();
        List<StageReport> reports = new ArrayList<>();
        for (StageReport report : done.getReportsList()) {
            List<String> warnings = report.getWarningsList().stream()
                    .limit(MAX_WARNINGS)
                    .map(warning -> Bounds.text(warning, MAX_WARNING))
                    .toList();
            reports.add(
                    report.toBuilder().clearWarnings().addAllWarnings(warnings).build());
        }
        return event.toBuilder()
                .setDone(done.clearReports().addAllReports(reports))
                .build();
    }

    private static Optional<String> faultOf(ArtifactPointer artifact) {
        if (!SHA256.matcher(artifact.getSha256()).matches() || artifact.getBytes() < 1) {
            return Optional.of("an artifact has no SHA-256 or no size");
        }
        if (artifact.getUri().isEmpty() || artifact.getUri().length() > MAX_URI) {
            return Optional.of("an artifact's URI must have 1 to " + MAX_URI + " characters");
        }
        try {
            new URI(artifact.getUri());
            return Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.of("an artifact's URI is none: " + e.getReason());
        }
    }
}
