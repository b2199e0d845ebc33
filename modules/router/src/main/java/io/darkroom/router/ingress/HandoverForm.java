package io.darkroom.router.ingress;

import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.InlineEmbeds;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.WorkInput;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What files, and what is handed on beside them, must look like to be given to other workers. */
final class HandoverForm {
    private static final int MAX_BYTES = 160 * 1024;
    private static final int MAX_URI = 2560;
    private static final int MAX_DIMENSIONS = 8;
    private static final long MAX_FILE_BYTES = 1L << 40;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private HandoverForm() {}

    static Optional<String> faultOf(List<WorkInput> handover) {
        int bytes = handover.stream().mapToInt(WorkInput::getSerializedSize).sum();
        if (bytes > MAX_BYTES) {
            return Optional.of("the handover has " + bytes + " bytes; at most " + MAX_BYTES + " may travel inline");
        }
        return handover.stream()
                .map(HandoverForm::faultOf)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> faultOf(WorkInput input) {
        return switch (input.getKindCase()) {
            case IMAGE -> faultOf(input.getImage());
            case LATENTS ->
                faultOf(input.getLatents().getArtifact())
                        .or(() -> faultOfDigest(input.getLatents().getVaeDigest()));
            case EMBEDS -> faultOf(input.getEmbeds());
            case INLINE_LATENTS -> faultOf(input.getInlineLatents());
            case INLINE_EMBEDS -> faultOf(input.getInlineEmbeds());
            case IMAGE_URI, KIND_NOT_SET -> Optional.of("what is handed on must be an artifact, latents or embeddings");
        };
    }

    private static Optional<String> faultOf(InlineLatents latents) {
        return faultOfData(
                        latents.getShapeList(),
                        latents.getElementType(),
                        latents.getData().size())
                .or(() -> faultOfDigest(latents.getVaeDigest()));
    }

    private static Optional<String> faultOf(InlineEmbeds embeds) {
        return faultOfData(
                        embeds.getShapeList(),
                        embeds.getElementType(),
                        embeds.getImageEmbeds().size())
                .or(() -> faultOfData(
                        embeds.getShapeList(),
                        embeds.getElementType(),
                        embeds.getNegativeImageEmbeds().size()));
    }

    private static Optional<String> faultOfData(List<Integer> shape, ElementType type, int bytes) {
        boolean sides = !shape.isEmpty()
                && shape.size() <= MAX_DIMENSIONS
                && shape.stream().allMatch(side -> side > 0 && side <= MAX_BYTES);
        if (!sides || bytes != bytesOf(shape, type)) {
            return Optional.of("inline data of " + bytes + " bytes is not what its shape says");
        }
        return Optional.empty();
    }

    /** As much as may travel, and one more, of what would be larger. */
    private static long bytesOf(List<Integer> shape, ElementType type) {
        long bytes =
                switch (type) {
                    case ELEMENT_TYPE_F32 -> Float.BYTES;
                    case ELEMENT_TYPE_F16 -> Short.BYTES;
                    case ELEMENT_TYPE_UNSPECIFIED, UNRECOGNIZED -> MAX_BYTES + 1;
                };
        for (int side : shape) {
            bytes = Math.min(bytes * side, MAX_BYTES + 1);
        }
        return bytes;
    }

    private static Optional<String> faultOfDigest(String digest) {
        return SHA256.matcher(digest).matches()
                ? Optional.empty()
                : Optional.of("vae_digest must be 64 lower-case hexadecimal digits");
    }

    static Optional<String> faultOf(ArtifactPointer artifact) {
        if (!SHA256.matcher(artifact.getSha256()).matches()
                || artifact.getBytes() < 1
                || artifact.getBytes() > MAX_FILE_BYTES) {
            return Optional.of("an artifact must have its SHA-256 and a size of 1.." + MAX_FILE_BYTES + " bytes");
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
