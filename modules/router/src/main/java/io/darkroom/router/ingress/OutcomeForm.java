package io.darkroom.router.ingress;

import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkFailed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What an outcome must look like to be kept in the router's state and repeated in a result. */
final class OutcomeForm {
    private static final int MAX_MEDIA_TYPE = 64;
    private static final int MAX_NAME = 256;
    private static final int MAX_SIDE = 1 << 16;

    /** No attempt is waited for as long. */
    private static final long MAX_MILLIS = Duration.ofDays(1).toMillis();

    /** A stage's wall time leaves out what is done with its pictures afterwards, such as looking for what should not be shown. */
    private static final long DEVICE_TOLERANCE_MILLIS = Duration.ofMinutes(5).toMillis();

    private static final int MAX_WARNINGS = 8;
    private static final int MAX_WARNING = 512;
    private static final Pattern DIGEST_OR_NONE = Pattern.compile("|[0-9a-f]{64}");
    private static final Pattern CODE = Pattern.compile("[A-Z0-9_]{1,64}");

    private OutcomeForm() {}

    static Optional<String> faultOf(WorkDone done) {
        return AttemptForm.faultOf(done.getAttempt(), done.getPool(), done.getToken())
                .or(() -> faultOfImages(done.getImagesList()))
                .or(() -> first(done.getReportsList(), OutcomeForm::faultOf))
                .or(() -> HandoverForm.faultOf(done.getHandoverList()));
    }

    static Optional<String> faultOf(WorkFailed failed) {
        return AttemptForm.faultOf(failed.getAttempt(), failed.getPool(), failed.getToken())
                .or(() -> !CODE.matcher(failed.getErrorCode()).matches()
                        ? Optional.of("error_code must match " + CODE)
                        : faultOfMillis("device_millis", failed.getDeviceMillis()));
    }

    private static Optional<String> faultOfImages(List<PublishedImage> images) {
        Set<String> places = new HashSet<>();
        for (PublishedImage image : images) {
            if (!places.add(image.getStage() + "#" + image.getIndex())) {
                return Optional.of("image " + image.getIndex() + " of its stage is there twice");
            }
        }
        return first(images, OutcomeForm::faultOf);
    }

    private static Optional<String> faultOf(PublishedImage image) {
        if (!isSide(image.getWidth()) || !isSide(image.getHeight()) || image.getIndex() < 0) {
            return Optional.of(
                    "an image's sides must be 1.." + MAX_SIDE + " pixels, and its index not negative; they are "
                            + image.getWidth() + ", " + image.getHeight() + ", " + image.getIndex());
        }
        if (image.getStage().length() > MAX_NAME || image.getMediaType().length() > MAX_MEDIA_TYPE) {
            return Optional.of("a stage's id has at most " + MAX_NAME + " characters, a media type " + MAX_MEDIA_TYPE);
        }
        if (!Double.isFinite(image.getStrength()) || !Double.isFinite(image.getGuidanceScale())) {
            return Optional.of("an image's strength and guidance_scale must be numbers");
        }
        return HandoverForm.faultOf(image.getArtifact());
    }

    private static Optional<String> faultOf(StageReport report) {
        if (report.getStage().length() > MAX_NAME
                || report.getModel().length() > MAX_NAME
                || !DIGEST_OR_NONE.matcher(report.getModelDigest()).matches()) {
            return Optional.of("a report must name its stage and model in at most " + MAX_NAME
                    + " characters, and the model's SHA-256");
        }
        if (report.getDeviceMillis() > report.getComputeMillis() + DEVICE_TOLERANCE_MILLIS) {
            return Optional.of("device_millis: " + report.getDeviceMillis()
                    + " is more than the stage took, compute_millis " + report.getComputeMillis());
        }
        return faultOfMillis("compute_millis", report.getComputeMillis())
                .or(() -> faultOfMillis("device_millis", report.getDeviceMillis()));
    }

    private static Optional<String> faultOfMillis(String field, long millis) {
        return millis < 0 || millis > MAX_MILLIS
                ? Optional.of(field + ": " + millis + " is outside 0.." + MAX_MILLIS)
                : Optional.empty();
    }

    private static boolean isSide(int pixels) {
        return pixels > 0 && pixels <= MAX_SIDE;
    }

    private static <T> Optional<String> first(List<T> parts, Function<T, Optional<String>> fault) {
        return parts.stream().map(fault).flatMap(Optional::stream).findFirst();
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
}
