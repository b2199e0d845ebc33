package io.darkroom.worker.artifact;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.pipelines.Picture;
import io.darkroom.worker.attempt.WorkFault;

/** Latents as a safetensors file of one tensor. */
final class LatentsFile {

    private LatentsFile() {}

    static byte[] write(Tensor latents) throws WorkFault {
        throw new WorkFault(
                ErrorCode.INTERNAL,
                latents.data().length + " floats of latents are too many for a record");
    }

    static Picture.Latents read(byte[] bytes, String vaeDigest) throws WorkFault {
        throw new WorkFault(
                ErrorCode.INTERNAL,
                bytes.length + " bytes of latents of " + vaeDigest + " cannot be read yet");
    }
}
