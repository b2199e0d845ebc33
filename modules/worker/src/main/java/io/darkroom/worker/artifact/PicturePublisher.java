package io.darkroom.worker.artifact;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.Animation;
import io.darkroom.contract.wire.ImageFormat;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.Variant;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.images.GifWriting;
import io.darkroom.images.ImageWriting;
import io.darkroom.images.RgbImage;
import io.darkroom.worker.artifact.StageVariants.Single;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.image.ImageSequence;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the pictures of a stage where the job asked for them. */
public final class PicturePublisher {

    private static final double JPEG_QUALITY = 0.95;

    private final ArtifactWriter writer;

    public PicturePublisher(StoreAccess store) {
        this.writer = new ArtifactWriter(store);
    }

    /** One after the other, so that no more than one has to be in memory. */
    public List<PublishedImage> publish(WorkItem item, WorkStage stage, ImageSequence images, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        if (stage.hasAnimation()) {
            return List.of(animation(item, stage, images, stop));
        }
        List<PublishedImage> published = new ArrayList<>();
        for (int i = 0; i < images.count(); i++) {
            RgbImage image = images.image(i);
            boolean jpeg = item.getImageFormat() == ImageFormat.IMAGE_FORMAT_JPEG;
            byte[] bytes = jpeg
                    ? ImageWriting.jpeg(image, JPEG_QUALITY)
                    : ImageWriting.png(image, texts(stage, i, images.count()));
            FileKind kind = jpeg ? FileKind.JPEG : FileKind.PNG;
            PublishedImage.Builder entry = entry(stage, i, image.width(), image.height(), kind)
                    .setArtifact(writer.write(URI.create(item.getOutputUri()), item, bytes, kind, stop));
            StageSeeds.ofPicture(stage, i).ifPresent(entry::setSeed);
            addValues(entry, stage, images.count());
            images.nsfwDetected(i).ifPresent(entry::setNsfwContentDetected);
            published.add(entry.build());
        }
        return published;
    }

    private PublishedImage animation(WorkItem item, WorkStage stage, ImageSequence frames, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        RgbImage first = frames.image(0);
        try {
            Path file = Files.createTempFile("darkroom-animation", ".gif");
            try {
                write(file, stage.getAnimation(), first, frames, stop);
                return entry(stage, 0, first.width(), first.height(), FileKind.GIF)
                        .setArtifact(writer.write(URI.create(item.getOutputUri()), item, file, FileKind.GIF, stop))
                        .build();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new WorkFault(ErrorCode.INTERNAL, "the worker cannot write a temporary file: " + e, e);
        }
    }

    private static void write(Path file, Animation animation, RgbImage first, ImageSequence frames, StopSignal stop)
            throws IOException, WorkFault, StoppedException, InterruptedException {
        try (GifWriting gif =
                new GifWriting(file, frames.count(), animation.getDurationMillis(), animation.getLoops())) {
            gif.add(first);
            for (int i = 1; i < frames.count(); i++) {
                stop.check();
                RgbImage frame = frames.image(i);
                requireSameSize(first, frame);
                gif.add(frame);
            }
        }
    }

    private static void requireSameSize(RgbImage first, RgbImage frame) throws WorkFault {
        if (frame.width() != first.width() || frame.height() != first.height()) {
            throw new WorkFault(
                    ErrorCode.INVALID_PARAMETER,
                    "inputs: have pictures of " + size(first) + " and of " + size(frame)
                            + " pixels; those of an animation must have one size");
        }
    }

    private static String size(RgbImage image) {
        return image.width() + "x" + image.height();
    }

    private static PublishedImage.Builder entry(WorkStage stage, int index, int width, int height, FileKind kind) {
        return PublishedImage.newBuilder()
                .setStage(stage.getId())
                .setIndex(index)
                .setWidth(width)
                .setHeight(height)
                .setMediaType(kind.contentType());
    }

    private static Map<String, String> texts(WorkStage stage, int picture, int pictures) {
        Single single = StageVariants.ofPicture(stage, picture, pictures);
        return PictureTexts.of(single.stage(), single.picture());
    }

    /** Which of the stage's values made the picture. */
    private static void addValues(PublishedImage.Builder entry, WorkStage stage, int pictures) {
        if (stage.getVariantsCount() > 0) {
            Variant variant = stage.getVariants(entry.getIndex() * stage.getVariantsCount() / pictures);
            if (variant.hasStrength()) {
                entry.setStrength(variant.getStrength());
            }
            if (variant.hasGuidanceScale()) {
                entry.setGuidanceScale(variant.getGuidanceScale());
            }
        }
    }
}
