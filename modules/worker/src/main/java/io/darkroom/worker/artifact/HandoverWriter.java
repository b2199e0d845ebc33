package io.darkroom.worker.artifact;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.LatentsArtifact;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.images.ImageWriting;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.image.ImageSequence;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Hands what a work item made to the one after it, which may run in another pool. */
public final class HandoverWriter {

    /** Larger latents travel as an artifact: brokers are made for many small records. */
    private static final int MAX_INLINE_BYTES = 64 * 1024;

    private final ArtifactWriter writer;
    private final URI prefix;

    public HandoverWriter(StoreAccess store, URI prefix) {
        this.writer = new ArtifactWriter(store);
        this.prefix = prefix;
    }

    /**
     * Latents or image embeddings.
     *
     * @param inline bytes that the work item hands on inside the record already
     */
    public WorkInput tensors(WorkItem item, Picture picture, long inline, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        return switch (picture) {
            case Picture.Latents latents -> latents(item, latents, inline, stop);
            case Picture.Embeddings embeddings -> embeddings(item, embeddings, inline, stop);
            case Picture.Images _ ->
                throw new WorkFault(ErrorCode.INTERNAL, "the work item shall hand over tensors but ends with pictures");
        };
    }

    private WorkInput embeddings(WorkItem item, Picture.Embeddings embeddings, long inline, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        long bytes = 2L * embeddings.wanted().data().length * Float.BYTES;
        boolean kept = !item.getKeptAs().isEmpty();
        if (!kept && inline + bytes <= MAX_INLINE_BYTES) {
            return WorkInput.newBuilder()
                    .setInlineEmbeds(EmbeddingsCodec.encode(embeddings))
                    .build();
        }
        ArtifactPointer pointer =
                writer.writeHandover(prefix, item, EmbeddingsCodec.file(embeddings), FileKind.SAFETENSORS, stop);
        return WorkInput.newBuilder().setKept(kept).setEmbeds(pointer).build();
    }

    private WorkInput latents(WorkItem item, Picture.Latents latents, long inline, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        long bytes = (long) latents.scaledLatents().data().length * Float.BYTES;
        // What is kept outlives the record.
        boolean kept = !item.getKeptAs().isEmpty();
        if (!kept && inline + bytes <= MAX_INLINE_BYTES) {
            return WorkInput.newBuilder()
                    .setInlineLatents(LatentsCodec.encode(latents))
                    .build();
        }
        ArtifactPointer pointer = writer.writeHandover(
                prefix, item, LatentsFile.write(latents.scaledLatents()), FileKind.SAFETENSORS, stop);
        return WorkInput.newBuilder()
                .setKept(kept)
                .setLatents(LatentsArtifact.newBuilder().setArtifact(pointer).setVaeDigest(latents.vaeDigest()))
                .build();
    }

    /** One input for each picture, in their order, without loss. */
    public List<WorkInput> images(WorkItem item, ImageSequence images, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        List<WorkInput> inputs = new ArrayList<>();
        for (int i = 0; i < images.count(); i++) {
            ArtifactPointer pointer =
                    writer.writeHandover(prefix, item, ImageWriting.png(images.image(i)), FileKind.PNG, stop);
            inputs.add(WorkInput.newBuilder()
                    .setKept(!item.getKeptAs().isEmpty())
                    .setImage(pointer)
                    .build());
        }
        return inputs;
    }
}
