package io.darkroom.worker.model;

import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.Safetensors;
import io.darkroom.artifacts.SafetensorsException;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file of something that is added to a model: a textual inversion or a LoRA. It may come from anywhere; what is in
 * it is checked when it is opened.
 */
public final class AdapterFile {
    private static final String SUFFIX = ".safetensors";

    /** SDXL's largest LoRAs have about one gigabyte. */
    private static final long MAX_BYTES = 2000L << 20;

    private final Path path;
    private final String digest;
    private final Kind kind;

    /** What the file adds. */
    public sealed interface Kind {
        /**
         * Learned words.
         *
         * @param vectors one entry for each text encoder, {@code [n, width]}, none for one that learned nothing
         * @param ownToken the token that the file itself names
         */
        record Inversion(List<Optional<Tensor>> vectors, Optional<String> ownToken) implements Kind {
            public List<Integer> widths() {
                return vectors.stream()
                        .flatMap(Optional::stream)
                        .map(vector -> vector.dimension(1))
                        .toList();
            }
        }
    }

    private AdapterFile(Path path, String digest, Kind kind) {
        this.path = path;
        this.digest = digest;
        this.kind = kind;
    }

    /** Whether the path looks like one. */
    public static boolean isOne(Path path) {
        return path.getFileName() != null
                && path.getFileName().toString().endsWith(SUFFIX)
                && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * @throws ModelException naming what is wrong with the file and what would be right
     */
    public static AdapterFile open(Path path) throws ModelException {
        try {
            long bytes = Files.size(path);
            if (bytes > MAX_BYTES) {
                throw new ModelException(path + ": has " + bytes + " bytes, more than the " + MAX_BYTES + " allowed");
            }
            byte[] file = Files.readAllBytes(path);
            return new AdapterFile(path.toAbsolutePath(), digest(file), kind(Safetensors.read(file)));
        } catch (IOException e) {
            throw new ModelException(path + ": cannot be read", e);
        } catch (SafetensorsException e) {
            throw new ModelException(path + ": is no safetensors file: " + e.getMessage(), e);
        }
    }

    public Path path() {
        return path;
    }

    /** SHA-256 of the file, 64 lower-case hexadecimal digits. */
    public String digest() {
        return digest;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * The forms that there are: SDXL's {@code clip_l} and {@code clip_g}; A1111's {@code emb_params}; diffusers' one tensor,
     * named by its token.
     */
    private static Kind kind(Safetensors file) throws ModelException {
        Map<String, SafeTensor> tensors = file.tensors();
        if (tensors.containsKey("clip_g") || tensors.containsKey("clip_l")) {
            return new Kind.Inversion(
                    List.of(vectors(tensors, "clip_l"), vectors(tensors, "clip_g")), Optional.empty());
        }
        if (tensors.containsKey("emb_params")) {
            return new Kind.Inversion(List.of(vectors(tensors, "emb_params")), Optional.empty());
        }
        if (tensors.size() == 1) {
            String token = tensors.keySet().iterator().next();
            return new Kind.Inversion(List.of(vectors(tensors, token)), Optional.of(token));
        }
        List<String> names = new ArrayList<>(tensors.keySet());
        throw new ModelException("the file holds " + names.size() + " tensors, the first named "
                + (names.isEmpty() ? "nothing" : names.getFirst())
                + "; a textual inversion holds one tensor, or emb_params, or clip_l and clip_g");
    }

    private static Optional<Tensor> vectors(Map<String, SafeTensor> tensors, String name) throws ModelException {
        SafeTensor tensor = tensors.get(name);
        if (tensor == null) {
            return Optional.empty();
        }
        List<Integer> shape = tensor.shape();
        if (shape.isEmpty() || shape.size() > 2 || shape.contains(0) || (shape.size() == 2 && shape.getFirst() > 256)) {
            throw new ModelException(name + ": has the shape " + shape
                    + "; learned vectors have [width], or [n, width] with n up to 256");
        }
        Tensor values = Tensor.of(floats(name, tensor), tensor.dimensions());
        return Optional.of(shape.size() == 1 ? values.reshape(1, shape.getFirst()) : values);
    }

    private static float[] floats(String name, SafeTensor tensor) throws ModelException {
        try {
            return tensor.floats();
        } catch (IllegalStateException e) {
            throw new ModelException(name + ": " + e.getMessage(), e);
        }
    }

    private static String digest(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
