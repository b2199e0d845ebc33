package io.darkroom.simulation;

import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.router.dispatch.DispatchMachine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a work item makes: the same on every worker, as a seed promises, under a path of its attempt.
 *
 * @param files digests by URI
 */
record Pictures(WorkItem item, Map<String, String> files, List<PublishedImage> images) {

    static Pictures of(WorkItem item) {
        Map<String, String> files = new LinkedHashMap<>();
        List<PublishedImage> images = new ArrayList<>();
        int count = item.getStages(0).getKindCase() == WorkStage.KindCase.TEXT2IMG
                ? item.getStages(0).getNumImagesPerPrompt()
                : item.getInputsCount() == 0
                        ? 1
                        : item.getInputs(0).getInlineLatents().getShape(0);
        for (WorkStage stage : item.getStagesList()) {
            for (int index = 0; index < count && stage.getPublish(); index++) {
                String sha256 = sha256(item.getJob().getId() + stage.getId() + index + stage.getSeeds());
                String uri = folder(item) + sha256 + ".png";
                files.put(uri, sha256);
                images.add(PublishedImage.newBuilder()
                        .setStage(stage.getId())
                        .setIndex(index)
                        .setArtifact(ArtifactPointer.newBuilder()
                                .setUri(uri)
                                .setSha256(sha256)
                                .setBytes(1))
                        .setWidth(8)
                        .setHeight(8)
                        .build());
            }
        }
        return new Pictures(item, files, images);
    }

    WorkDone done(String pool) {
        WorkDone.Builder done = WorkDone.newBuilder()
                .setAttempt(DispatchMachine.attemptOf(item))
                .setPool(pool)
                .addAllImages(images);
        if (item.getHandover() == Handover.HANDOVER_LATENTS) {
            int count = (int) images.stream()
                    .filter(image -> image.getStage().equals(images.getLast().getStage()))
                    .count();
            done.addHandover(WorkInput.newBuilder()
                    .setInlineLatents(InlineLatents.newBuilder()
                            .addAllShape(List.of(count, 4, 1, 1))
                            .setElementType(ElementType.ELEMENT_TYPE_F32)));
        }
        return done.build();
    }

    private static String folder(WorkItem item) {
        JobKey job = item.getJob();
        return item.getOutputUri()
                + String.join(
                        "/",
                        job.getTenant(),
                        job.getId(),
                        Integer.toString(job.getRun()),
                        Integer.toString(item.getIndex()),
                        Integer.toString(item.getAttempt()),
                        "");
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
