"""Makes all golden data again: `python make_golden.py`, with the packages of requirements.txt installed.

Needs about ten minutes on two idle cores. The data are committed, so that the tests need neither Python nor torch.
"""

import pathlib
import shutil
import tempfile

import checkpoints
import compel_prompts
import controlnet
import controlnet_xl
import depth
import inpainting
import kandinsky
import latent_upscaler
import lora
import open_text_encoders
import pipelines
import prompt_embeds
import randomness
import safety_checker
import samplers
import stable_diffusion_xl
import stored_weights
import textual_inversion
import tokens
import upscaler
import vae_tiling

MODULES = pathlib.Path(__file__).resolve().parents[2]
DIFFUSION = MODULES / "diffusion/src/test/resources/io/darkroom/diffusion"
INFERENCE = MODULES / "inference/src/test/resources/io/darkroom/inference"
PIPELINES = MODULES / "pipelines/src/test/resources/golden"
FAMILIES = [  # each with a folder, a checkpoint and cases of its own
    latent_upscaler, upscaler, inpainting, stable_diffusion_xl, prompt_embeds, controlnet, kandinsky, compel_prompts,
    depth, safety_checker, controlnet_xl, textual_inversion, lora, vae_tiling]


def make_pipelines():
    shutil.rmtree(PIPELINES, ignore_errors=True)
    PIPELINES.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        folders = []
        for name in ("sd-factor8", "sd-factor4"):
            folder = pathlib.Path(scratch) / name
            checkpoints.make(name, folder)
            checkpoints.export(folder, PIPELINES / "checkpoints" / name)
            folders.append(folder)
        pipelines.main(folders, PIPELINES)
        for family in FAMILIES:
            family.main(pathlib.Path(scratch), PIPELINES)


if __name__ == "__main__":
    randomness.main(DIFFUSION / "random")
    samplers.main(DIFFUSION / "sampler")
    tokens.main(INFERENCE / "text")
    compel_prompts.write_parses(INFERENCE / "compel")
    stored_weights.main(INFERENCE / "onnx")
    open_text_encoders.main(INFERENCE / "onnx")
    make_pipelines()
