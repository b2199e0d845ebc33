package io.darkroom.worker.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.Safetensors;
import io.darkroom.artifacts.SafetensorsException;
import io.darkroom.artifacts.Sha256;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.lora.Lora;
import io.darkroom.inference.lora.LoraException;
import io.darkroom.inference.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file of something that is added to a model: a textual inversion or a LoRA, alone or in an {@link AdapterFolder}.
 * It may come from anywhere; what is in it is checked when it is opened.
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
            /** Of the vectors that there are, in the encoders' order. */
            public List<Integer> widths() {
                return vectors.stream()
                        .flatMap(Optional::stream)
                        .map(vector -> vector.dimension(1))
                        .toList();
            }
        }

        /**
         * A LoRA; its weights are read when they are wanted.
         *
         * @param textWidth of the text's states that its UNet layers read, if it has such
         */
        record Weights(Optional<Integer> textWidth) implements Kind {}
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private AdapterFile(Path path, String digest, Kind kind) {
        this.path = path;
        this.digest = digest;
        this.kind = kind;
    }

    /** Whether the path looks like one, or like a folder with one. */
    public static boolean isOne(Path path) {
        return isFile(path) || AdapterFolder.find(path).isPresent();
    }

    static boolean isFile(Path path) {
        return path.getFileName() != null
                && path.getFileName().toString().endsWith(SUFFIX)
                && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * @param path of the file or of its folder
     * @throws ModelException naming what is wrong with the file and what would be right
     */
    public static AdapterFile open(Path path) throws ModelException {
        Optional<AdapterFolder> folder = AdapterFolder.find(path);
        if (folder.isEmpty()) {
            return openFile(path);
        }
        AdapterFile opened = openFile(folder.get().file());
        folder.get().requireListed(opened.digest());
        return opened;
    }

    private static AdapterFile openFile(Path path) throws ModelException {
        try {
            long bytes = Files.size(path);
            if (bytes > MAX_BYTES) {
                throw new ModelException(path + ": has " + bytes + " bytes, more than the " + MAX_BYTES + " allowed");
            }
            byte[] file = Files.readAllBytes(path);
            return new AdapterFile(path.toAbsolutePath(), Sha256.of(file), kind(Safetensors.read(file)));
        } catch (IOException e) {
            throw new ModelException(path + ": cannot be read", e);
        } catch (SafetensorsException e) {
            throw new ModelException(path + ": is no safetensors file: " + e.getMessage(), e);
        }
    }

    /** Of the file itself. */
    public Path path() {
        return path;
    }

    /**
     * The weights of a LoRA, read anew.
     *
     * @throws LoraException if the file is none, or is not there any more
     */
    public Lora lora() throws LoraException {
        try {
            byte[] file = Files.readAllBytes(path);
            if (!Sha256.of(file).equals(digest)) {
                throw new LoraException(path.getFileName() + " has changed since the worker was started");
            }
            return lora(Safetensors.read(file));
        } catch (IOException | SafetensorsException e) {
            throw new LoraException(path.getFileName() + " cannot be read any more: " + e.getMessage());
        }
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
        if (tensors.size() == 1 && !tensors.keySet().iterator().next().endsWith(".weight")) {
            String token = tensors.keySet().iterator().next();
            return new Kind.Inversion(List.of(vectors(tensors, token)), Optional.of(token));
        }
        try {
            return new Kind.Weights(lora(file).textWidth());
        } catch (LoraException e) {
            throw new ModelException("the file is no LoRA, for " + e.getMessage()
                    + "; and no textual inversion, which holds one tensor, or emb_params, or clip_l and clip_g");
        }
    }

    private static Lora lora(Safetensors file) throws LoraException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, SafeTensor> entry : file.tensors().entrySet()) {
            try {
                tensors.put(
                        entry.getKey(),
                        Tensor.of(entry.getValue().floats(), entry.getValue().dimensions()));
            } catch (IllegalStateException e) {
                throw new LoraException("the key " + entry.getKey() + ": " + e.getMessage());
            }
        }
        return Lora.of(tensors, alphas(file.metadata().getOrDefault("lora_adapter_metadata", "{}")));
    }

    /** What diffusers writes beside PEFT's keys, which have no alpha: {@code {"unet.lora_alpha": 8, ...}}. */
    private static Map<String, Double> alphas(String metadata) throws LoraException {
        try {
            Map<String, Double> alphas = new HashMap<>();
            for (Map.Entry<String, JsonNode> entry : JSON.readTree(metadata).properties()) {
                String key = entry.getKey();
                boolean unknown = (key.endsWith(".alpha_pattern")
                                && !entry.getValue().isEmpty())
                        || (key.endsWith(".use_rslora") && entry.getValue().asBoolean())
                        || (key.endsWith(".use_dora") && entry.getValue().asBoolean());
                if (unknown) {
                    throw new LoraException("its metadata ask for " + key + ", which is not supported");
                }
                if (key.endsWith(".lora_alpha")) {
                    alphas.put(
                            key.substring(0, key.length() - ".lora_alpha".length()),
                            entry.getValue().asDouble());
                }
            }
            return alphas;
        } catch (JsonProcessingException e) {
            throw new LoraException("its metadata lora_adapter_metadata are no JSON");
        }
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
}
