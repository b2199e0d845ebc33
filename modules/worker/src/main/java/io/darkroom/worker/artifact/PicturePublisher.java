package io.darkroom.worker.artifact;

import io.darkroom.contract.wire.ImageFormat;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.Variant;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.images.GifWriting;
import io.darkroom.images.ImageWriting;
import io.darkroom.images.RgbImage;
import io.darkroom.pipelines.Decoded;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.artifact.StageVariants.Single;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the pictures of a stage where the job asked for them. */
public final class PicturePublisher {

    private static final double JPEG_QUALITY = 0.95;

    private final ArtifactWriter writer;

    /** A picture as its file. */
    private record Encoded(RgbImage first, byte[] bytes, FileKind kind) {}

    public PicturePublisher(StoreAccess store) {
        this.writer = new ArtifactWriter(store);
    }

    public List<PublishedImage> publish(WorkItem item, WorkStage stage, Decoded decoded, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        Picture.Images pictures = decoded.images();
        List<PublishedImage> published = new ArrayList<>();
        List<Encoded> files = stage.hasAnimation()
                ? List.of(animation(stage, pictures.images()))
                : encoded(item.getImageFormat(), stage, pictures.images());
        for (int i = 0; i < files.size(); i++) {
            Encoded file = files.get(i);
            PublishedImage.Builder entry = PublishedImage.newBuilder()
                    .setStage(stage.getId())
                    .setIndex(i)
                    .setArtifact(writer.write(URI.create(item.getOutputUri()), item, file.bytes(), file.kind(), stop))
                    .setWidth(file.first().width())
                    .setHeight(file.first().height())
                    .setMediaType(file.kind().contentType());
            StageSeeds.ofPicture(stage, i).ifPresent(entry::setSeed);
            addValues(entry, stage, files.size());
            if (!decoded.nsfwDetected().isEmpty()) {
                entry.setNsfwContentDetected(decoded.nsfwDetected().get(i));
            }
            published.add(entry.build());
        }
        return published;
    }

    private static Encoded animation(WorkStage stage, List<RgbImage> frames) {
        byte[] gif = GifWriting.animation(
                frames,
                stage.getAnimation().getDurationMillis(),
                stage.getAnimation().getLoops());
        return new Encoded(frames.getFirst(), gif, FileKind.GIF);
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

    private static List<Encoded> encoded(ImageFormat format, WorkStage stage, List<RgbImage> images) {
        List<Encoded> files = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            RgbImage image = images.get(i);
            files.add(
                    format == ImageFormat.IMAGE_FORMAT_JPEG
                            ? new Encoded(image, ImageWriting.jpeg(image, JPEG_QUALITY), FileKind.JPEG)
                            : new Encoded(
                                    image, ImageWriting.png(image, texts(stage, i, images.size())), FileKind.PNG));
        }
        return files;
    }
}
