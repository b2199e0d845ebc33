package io.darkroom.worker.artifact;

import com.google.protobuf.ByteString;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.WorkFault;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Latents in a record. They are written as float32, which is what they are in the device's memory:
 * a chain over several pools then gives the same picture, bit for bit, as the chain fused in one
 * worker.
 */
final class LatentsCodec {

    private LatentsCodec() {}

    static InlineLatents encode(Picture.Latents latents) {
        InlineLatents.Builder inline =
                InlineLatents.newBuilder()
                        .setElementType(ElementType.ELEMENT_TYPE_F32)
                        .setVaeDigest(latents.vaeDigest())
                        .setData(ByteString.copyFrom(bytes(latents.scaledLatents().data())));
        Arrays.stream(latents.scaledLatents().shape()).forEach(inline::addShape);
        return inline.build();
    }

    static Picture.Latents decode(InlineLatents inline) throws WorkFault {
        int[] shape = inline.getShapeList().stream().mapToInt(Integer::intValue).toArray();
        int elementBytes =
                switch (inline.getElementType()) {
                    case ELEMENT_TYPE_F32 -> Float.BYTES;
                    case ELEMENT_TYPE_F16 -> Short.BYTES;
                    case ELEMENT_TYPE_UNSPECIFIED, UNRECOGNIZED ->
                            throw new WorkFault(
                                    ErrorCode.INTERNAL,
                                    "the latents' element type is not one that this worker reads");
                };
        long elements = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        if (elements * elementBytes != inline.getData().size()) {
            throw new WorkFault(
                    ErrorCode.INTERNAL,
                    "latents of shape "
                            + Arrays.toString(shape)
                            + " cannot have "
                            + inline.getData().size()
                            + " bytes");
        }
        ByteBuffer data = inline.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return new Picture.Latents(
                Tensor.of(floats(data, (int) elements, elementBytes), shape),
                inline.getVaeDigest());
    }

    static byte[] bytes(float[] values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    static float[] floats(ByteBuffer data, int count, int elementBytes) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] =
                    elementBytes == Float.BYTES
                            ? data.getFloat()
                            : Float.float16ToFloat(data.getShort());
        }
        return values;
    }
}
