package io.darkroom.worker.artifact;

import com.google.protobuf.ByteString;
import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.TensorType;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.WorkFault;

/**
 * Latents in a record. They are written as float32, which is what they are in the device's memory:
 * a chain over several pools then gives the same picture, bit for bit, as the chain fused in one
 * worker.
 */
final class LatentsCodec {

    private LatentsCodec() {}

    static InlineLatents encode(Picture.Latents latents) {
        SafeTensor tensor = SafeTensor.ofFloats(
                latents.scaledLatents().data(), latents.scaledLatents().shape());
        return InlineLatents.newBuilder()
                .addAllShape(tensor.shape())
                .setElementType(ElementType.ELEMENT_TYPE_F32)
                .setData(ByteString.copyFrom(tensor.data().duplicate()))
                .setVaeDigest(latents.vaeDigest())
                .build();
    }

    static Picture.Latents decode(InlineLatents inline) throws WorkFault {
        try {
            SafeTensor tensor = new SafeTensor(
                    type(inline.getElementType()),
                    inline.getShapeList(),
                    inline.getData().asReadOnlyByteBuffer());
            return new Picture.Latents(Tensor.of(tensor.floats(), tensor.dimensions()), inline.getVaeDigest());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new WorkFault(ErrorCode.INTERNAL, "inline latents: " + e.getMessage(), e);
        }
    }

    private static TensorType type(ElementType type) throws WorkFault {
        return switch (type) {
            case ELEMENT_TYPE_F32 -> TensorType.F32;
            case ELEMENT_TYPE_F16 -> TensorType.F16;
            case ELEMENT_TYPE_UNSPECIFIED, UNRECOGNIZED ->
                throw new WorkFault(ErrorCode.INTERNAL, "the latents' element type is not one that this worker reads");
        };
    }
}
