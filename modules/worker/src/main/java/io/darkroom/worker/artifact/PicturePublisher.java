package io.darkroom.worker.artifact;

import io.darkroom.contract.wire.ImageFormat;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.images.ImageWriting;
import io.darkroom.images.RgbImage;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Writes the pictures of a stage where the job asked for them. */
public final class PicturePublisher {

    private static final double JPEG_QUALITY = 0.95;

    private final ArtifactWriter writer;

    public PicturePublisher(StoreAccess store) {
        this.writer = new ArtifactWriter(store);
    }

    public List<PublishedImage> publish(WorkItem item, WorkStage stage, Picture.Images pictures, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        FileKind kind = item.getImageFormat() == ImageFormat.IMAGE_FORMAT_JPEG ? FileKind.JPEG : FileKind.PNG;
        List<PublishedImage> published = new ArrayList<>();
        for (int i = 0; i < pictures.count(); i++) {
            RgbImage image = pictures.images().get(i);
            byte[] bytes = kind == FileKind.JPEG
                    ? ImageWriting.jpeg(image, JPEG_QUALITY)
                    : ImageWriting.png(image, PictureTexts.of(stage, i));
            PublishedImage.Builder entry = PublishedImage.newBuilder()
                    .setStage(stage.getId())
                    .setIndex(i)
                    .setArtifact(writer.write(URI.create(item.getOutputUri()), item, bytes, kind, stop))
                    .setWidth(image.width())
                    .setHeight(image.height());
            StageSeeds.ofPicture(stage, i).ifPresent(entry::setSeed);
            published.add(entry.build());
        }
        return published;
    }
}
