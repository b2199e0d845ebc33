package io.darkroom.worker.artifact;

import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.Safetensors;
import io.darkroom.artifacts.SafetensorsException;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.WorkFault;
import java.util.Map;
import java.util.Optional;

/** Latents as a safetensors file with the one tensor {@value #NAME}, in float32. */
final class LatentsFile {

    private static final String NAME = "latents";

    private LatentsFile() {}

    static byte[] write(Tensor latents) {
        SafeTensor tensor = SafeTensor.ofFloats(latents.data(), latents.shape());
        return Safetensors.of(NAME, tensor, Map.of()).write();
    }

    static Picture.Latents read(byte[] file, String vaeDigest) throws WorkFault {
        try {
            SafeTensor tensor = Optional.ofNullable(
                            Safetensors.read(file).tensors().get(NAME))
                    .orElseThrow(() -> new WorkFault(ErrorCode.INTERNAL, "the latents' file has no tensor " + NAME));
            return new Picture.Latents(Tensor.of(tensor.floats(), tensor.dimensions()), vaeDigest);
        } catch (SafetensorsException e) {
            throw new WorkFault(ErrorCode.INTERNAL, "the latents' file is not safetensors: " + e.getMessage(), e);
        }
    }
}
