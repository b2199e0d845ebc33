package io.darkroom.worker.artifact;

import com.google.protobuf.ByteString;
import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.Safetensors;
import io.darkroom.artifacts.SafetensorsException;
import io.darkroom.artifacts.TensorType;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.InlineEmbeds;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.WorkFault;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Image embeddings in a record, or as a safetensors file with the tensors {@value #WANTED} and {@value #UNWANTED}. In float32,
 * like latents: prior and decoder in two pools give the picture that they give in one worker, bit for bit.
 */
final class EmbeddingsCodec {
    private static final String WANTED = "image_embeds";
    private static final String UNWANTED = "negative_image_embeds";

    private EmbeddingsCodec() {}

    static InlineEmbeds encode(Picture.Embeddings embeddings) {
        SafeTensor wanted = tensor(embeddings.wanted());
        return InlineEmbeds.newBuilder()
                .addAllShape(wanted.shape())
                .setElementType(ElementType.ELEMENT_TYPE_F32)
                .setImageEmbeds(ByteString.copyFrom(wanted.data().duplicate()))
                .setNegativeImageEmbeds(
                        ByteString.copyFrom(tensor(embeddings.unwanted()).data().duplicate()))
                .build();
    }

    static Picture.Embeddings decode(InlineEmbeds inline) throws WorkFault {
        if (inline.getElementType() != ElementType.ELEMENT_TYPE_F32) {
            throw new WorkFault(ErrorCode.INTERNAL, "the embeddings' element type is not one that this worker reads");
        }
        try {
            return new Picture.Embeddings(
                    tensor(inline, inline.getImageEmbeds()), tensor(inline, inline.getNegativeImageEmbeds()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new WorkFault(ErrorCode.INTERNAL, "inline embeddings: " + e.getMessage(), e);
        }
    }

    static byte[] file(Picture.Embeddings embeddings) {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        tensors.put(WANTED, tensor(embeddings.wanted()));
        tensors.put(UNWANTED, tensor(embeddings.unwanted()));
        return new Safetensors(tensors, Map.of()).write();
    }

    static Picture.Embeddings read(byte[] file) throws WorkFault {
        try {
            Map<String, SafeTensor> tensors = Safetensors.read(file).tensors();
            return new Picture.Embeddings(named(tensors, WANTED), named(tensors, UNWANTED));
        } catch (SafetensorsException | IllegalArgumentException e) {
            throw new WorkFault(ErrorCode.INTERNAL, "the embeddings' file cannot be read: " + e.getMessage(), e);
        }
    }

    private static Tensor named(Map<String, SafeTensor> tensors, String name) throws WorkFault {
        SafeTensor tensor = Optional.ofNullable(tensors.get(name))
                .orElseThrow(() -> new WorkFault(ErrorCode.INTERNAL, "the embeddings' file has no tensor " + name));
        return Tensor.of(tensor.floats(), tensor.dimensions());
    }

    private static Tensor tensor(InlineEmbeds inline, ByteString data) {
        SafeTensor tensor = new SafeTensor(TensorType.F32, inline.getShapeList(), data.asReadOnlyByteBuffer());
        return Tensor.of(tensor.floats(), tensor.dimensions());
    }

    private static SafeTensor tensor(Tensor tensor) {
        return SafeTensor.ofFloats(tensor.data(), tensor.shape());
    }
}
