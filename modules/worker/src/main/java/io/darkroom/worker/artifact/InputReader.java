package io.darkroom.worker.artifact;

import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.RedirectRule;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.PromptEmbeds;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.images.ImageLimits;
import io.darkroom.images.ImageReading;
import io.darkroom.images.ImageRejectedException;
import io.darkroom.images.RgbImage;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import io.darkroom.worker.image.ImageCache;
import io.darkroom.worker.image.StageValue;
import io.darkroom.worker.memory.MemoryShare;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Fetches what a work item starts from: pictures that a user named, or what an earlier work item
 * wrote.
 */
public final class InputReader {

    /** A latents artifact larger than this was not written by a worker. */
    private static final long MAX_ARTIFACT_BYTES = 256L << 20;

    /** Bytes that a pixel takes while it is decoded: as the decoder has it, and as it is given. */
    private static final long DECODING_BYTES = 8;

    private final StoreAccess store;
    private final URI handoverPrefix;
    private final ImageLimits limits;
    private final MemoryShare decoding;

    /**
     * @param handoverPrefix below which all workers write what they hand on; nothing else is read as such
     * @param limits of pictures; a user's are hostile until they have been decoded
     * @param decoding lends what the decoding of an image takes
     */
    public InputReader(StoreAccess store, URI handoverPrefix, ImageLimits limits, MemoryShare decoding) {
        this.store = store;
        this.handoverPrefix = handoverPrefix;
        this.limits = limits;
        this.decoding = decoding;
    }

    /**
     * By group, all that is in one as one batch. Images are fetched and decoded when they are asked for.
     *
     * @param cache of images that are asked for again
     */
    public Map<Integer, StageValue> read(WorkItem item, ImageCache cache, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        Map<Integer, List<WorkInput>> groups = new TreeMap<>();
        for (WorkInput input : item.getInputsList()) {
            groups.computeIfAbsent(input.getGroup(), _ -> new ArrayList<>()).add(input);
        }
        Map<Integer, StageValue> values = new HashMap<>();
        for (Map.Entry<Integer, List<WorkInput>> group : groups.entrySet()) {
            values.put(group.getKey(), batch(item, group.getValue(), cache, stop));
        }
        return values;
    }

    private StageValue batch(WorkItem item, List<WorkInput> inputs, ImageCache cache, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        List<WorkInput> images = new ArrayList<>();
        List<Picture.Latents> latents = new ArrayList<>();
        List<Picture.Embeddings> embeddings = new ArrayList<>();
        for (WorkInput input : inputs) {
            switch (input.getKindCase()) {
                case IMAGE_URI, IMAGE -> images.add(input);
                case INLINE_LATENTS -> latents.add(LatentsCodec.decode(input.getInlineLatents()));
                case LATENTS ->
                    latents.add(LatentsFile.read(
                            artifact(item, input, input.getLatents().getArtifact(), stop),
                            input.getLatents().getVaeDigest()));
                case INLINE_EMBEDS -> embeddings.add(EmbeddingsCodec.decode(input.getInlineEmbeds()));
                case EMBEDS -> embeddings.add(EmbeddingsCodec.read(artifact(item, input, input.getEmbeds(), stop)));
                case KIND_NOT_SET ->
                    throw new WorkFault(
                            ErrorCode.INTERNAL, "an input of a kind that this worker does not know; update the worker");
            }
        }
        if (images.size() == inputs.size()) {
            return new StageValue.Pixels(
                    cache.remembering(new StoredImages(images, input -> fetched(item, input, stop))));
        }
        if (latents.size() == inputs.size()) {
            Tensor rows = Tensor.concat(
                    latents.stream().map(Picture.Latents::scaledLatents).toList());
            return new StageValue.Tensors(
                    new Picture.Latents(rows, latents.getFirst().vaeDigest()));
        }
        if (embeddings.size() == 1 && inputs.size() == 1) {
            return new StageValue.Tensors(embeddings.getFirst());
        }
        throw new WorkFault(
                ErrorCode.INTERNAL,
                "a group of inputs is pictures, or latents, or one prior's embeddings, and nothing else");
    }

    private RgbImage fetched(WorkItem item, WorkInput input, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        return input.hasImage()
                ? image(artifact(item, input, input.getImage(), stop), stop)
                : userImage(item, input.getImageUri(), stop);
    }

    /** What a stage names beside its pictures. */
    public StageInputs stageInputs(WorkItem item, WorkStage stage, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        EmbedsReader embeds = new EmbedsReader(store, redirects(item), stop);
        try {
            PromptEmbeds uris = stage.getPrompt().getEmbeds();
            return new StageInputs(
                    stage.hasInpaint()
                            ? Optional.of(userImage(item, stage.getInpaint().getMaskUri(), stop))
                            : Optional.empty(),
                    embeds.prompt(uris),
                    embeds.negativePrompt(uris));
        } catch (WorkFault e) {
            throw e.at(stage.getId());
        }
    }

    private static RedirectRule redirects(WorkItem item) {
        return target -> UriPolicy.faultOfRedirect(item.getRedirectPrefixesList(), target.toString());
    }

    private RgbImage userImage(WorkItem item, String uri, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        try {
            return image(store.get(URI.create(uri), limits.maxBytes(), redirects(item), stop), stop);
        } catch (ObjectStoreException e) {
            throw StoreFaults.onUserInput(uri, e);
        }
    }

    private RgbImage image(byte[] bytes, StopSignal stop) throws WorkFault, StoppedException, InterruptedException {
        try {
            long pixels = ImageReading.header(bytes, limits).pixels();
            try (MemoryShare.Lease _ = decoding.reserve(pixels * DECODING_BYTES, stop)) {
                return ImageReading.read(bytes, limits);
            }
        } catch (ImageRejectedException e) {
            throw new WorkFault(ErrorCode.INPUT_REJECTED, e.getMessage(), e);
        }
    }

    private byte[] artifact(WorkItem item, WorkInput input, ArtifactPointer pointer, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        if (!HandoverPlaces.isReadable(pointer, input.getKept(), item.getJob(), handoverPrefix)) {
            throw HandoverPlaces.elsewhere(pointer, input.getKept(), handoverPrefix);
        }
        long maxBytes = Math.min(pointer.getBytes(), MAX_ARTIFACT_BYTES);
        try {
            return store.getVerified(URI.create(pointer.getUri()), pointer.getSha256(), maxBytes, stop);
        } catch (ObjectStoreException e) {
            throw input.getKept() ? StoreFaults.onKept(e) : StoreFaults.onArtifact(e);
        }
    }
}
