package io.darkroom.simulation;

import com.google.protobuf.ByteString;
import io.darkroom.contract.request.ValidStage.Input;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.InlineEmbeds;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.LatentsArtifact;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.work.Handovers;
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
 * @param counts of pictures, by stage
 * @param files digests by URI
 */
record Pictures(WorkItem item, List<Integer> counts, Map<String, String> files, List<PublishedImage> images) {

    /** In the URIs of what is kept. */
    static final String KEPT = "/kept/";

    private static final String KEPT_SHA256 = "c".repeat(64);

    static Pictures of(WorkItem item) {
        Map<String, String> files = new LinkedHashMap<>();
        List<PublishedImage> images = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (WorkStage stage : item.getStagesList()) {
            int count = count(item, stage, counts);
            counts.add(count);
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
        if (!item.getKeptAs().isEmpty()) {
            files.put(kept(item), KEPT_SHA256);
        }
        return new Pictures(item, counts, files, images);
    }

    /** One file for all that is kept of a work item is enough to be lost. */
    private static String kept(WorkItem item) {
        return item.getOutputUri() + item.getJob().getTenant() + KEPT + item.getKeptAs() + "/" + KEPT_SHA256
                + ".safetensors";
    }

    /** Whether all that others kept for the work item is there. */
    static boolean inputsAreThere(WorkItem item, ObjectStore store) {
        return item.getInputsList().stream()
                .filter(WorkInput::getKept)
                .allMatch(input -> store.digestAt(
                                input.hasLatents()
                                        ? input.getLatents().getArtifact().getUri()
                                        : input.getImage().getUri())
                        .isPresent());
    }

    /** How many pictures the stage makes of what it takes. */
    private static int count(WorkItem item, WorkStage stage, List<Integer> earlier) {
        int taken = stage.getInputsList().stream()
                .filter(input -> new NamedInput(input.getRole(), new Input.Stage(0)).isWorkedOn())
                .mapToInt(input -> input.hasStage() ? earlier.get(input.getStage()) : inGroup(item, input.getGroup()))
                .sum();
        if (stage.hasGrid()) {
            if (taken != stage.getGrid().getRows() * stage.getGrid().getColumns()) {
                throw new IllegalStateException(stage.getId() + " was given " + taken + " pictures");
            }
            return 1;
        }
        int runs = Math.max(stage.getVariantsCount(), 1);
        return Math.max(taken, 1) * Math.max(stage.getNumImagesPerPrompt(), 1) * runs;
    }

    private static int inGroup(WorkItem item, int group) {
        return item.getInputsList().stream()
                .filter(input -> input.getGroup() == group)
                .mapToInt(input -> switch (input.getKindCase()) {
                    case INLINE_LATENTS -> input.getInlineLatents().getShape(0);
                    // Of what is kept, its size says how many it is.
                    case LATENTS -> (int) input.getLatents().getArtifact().getBytes();
                    case INLINE_EMBEDS -> input.getInlineEmbeds().getShape(0);
                    case IMAGE_URI, IMAGE, EMBEDS, KIND_NOT_SET -> 1;
                })
                .sum();
    }

    WorkDone done(String pool) {
        WorkDone.Builder done = WorkDone.newBuilder()
                .setAttempt(DispatchMachine.attemptOf(item))
                .setPool(pool)
                .setToken(item.getToken())
                .addAllImages(images);
        for (int position = 0; position < counts.size(); position++) {
            handOn(done, position);
        }
        return done.build();
    }

    private void handOn(WorkDone.Builder done, int position) {
        String stage = item.getStages(position).getId();
        int count = counts.get(position);
        switch (Handovers.of(item.getStagesList(), position, item.getHandover())) {
            case HANDOVER_LATENTS ->
                done.addHandover(item.getKeptAs().isEmpty() ? inline(stage, count) : kept(stage, count));
            case HANDOVER_IMAGES -> {
                for (int index = 0; index < count; index++) {
                    done.addHandover(WorkInput.newBuilder()
                            .setStage(stage)
                            .setKept(!item.getKeptAs().isEmpty())
                            .setImage(handedOn(stage + index, 1)));
                }
            }
            case HANDOVER_EMBEDS ->
                done.addHandover(WorkInput.newBuilder()
                        .setStage(stage)
                        .setInlineEmbeds(InlineEmbeds.newBuilder()
                                .addAllShape(List.of(count, 1))
                                .setElementType(ElementType.ELEMENT_TYPE_F32)
                                .setImageEmbeds(floats(count))
                                .setNegativeImageEmbeds(floats(count))));
            case HANDOVER_NONE, UNRECOGNIZED -> {}
        }
    }

    private static WorkInput inline(String stage, int count) {
        return WorkInput.newBuilder()
                .setStage(stage)
                .setInlineLatents(InlineLatents.newBuilder()
                        .addAllShape(List.of(count, 4, 1, 1))
                        .setElementType(ElementType.ELEMENT_TYPE_F32)
                        .setData(floats(4 * count))
                        .setVaeDigest(KEPT_SHA256))
                .build();
    }

    private WorkInput kept(String stage, int count) {
        return WorkInput.newBuilder()
                .setStage(stage)
                .setKept(true)
                .setLatents(LatentsArtifact.newBuilder()
                        .setArtifact(handedOn(stage, count))
                        .setVaeDigest(KEPT_SHA256))
                .build();
    }

    /** A file for another work item, under the name that it is kept as or of this attempt. */
    private ArtifactPointer handedOn(String name, int bytes) {
        String sha256 = sha256(name);
        return ArtifactPointer.newBuilder()
                .setUri(item.getKeptAs().isEmpty() ? folder(item) + sha256 + ".png" : kept(item))
                .setSha256(item.getKeptAs().isEmpty() ? sha256 : KEPT_SHA256)
                .setBytes(bytes)
                .build();
    }

    private static ByteString floats(int count) {
        return ByteString.copyFrom(new byte[count * Float.BYTES]);
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
