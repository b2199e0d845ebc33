"""What StableDiffusionXLControlNetPipeline and its image-to-image make of `sdxl-base` with tiny ControlNets made for it."""

import diffusers
import torch
from diffusers import (
    ControlNetModel, StableDiffusionXLControlNetImg2ImgPipeline, StableDiffusionXLControlNetPipeline, UNet2DConditionModel)
from PIL import Image

import checkpoints
import checkpoints_xl
import controlnet
import recording
import stable_diffusion_xl

NAME = "controlnet-xl"
BASE = "sdxl-base"
NETS = ("controlnet-xl-a", "controlnet-xl-b")
SIZES = {"original_size": [96, 64], "crops_coords_top_left": [8, 24], "target_size": [80, 64]}
NEGATIVE_SIZES = {"negative_original_size": [32, 48], "negative_crops_coords_top_left": [4, 0], "negative_target_size": [16, 80]}


def text_cases():
    base = {"kind": "text2img", "prompt": "a red fox", "num_inference_steps": 6, "guidance_scale": 5.0, "width": 48,
            "height": 48, "controlnet": [controlnet.net(NETS[0])]}
    yield "basic", {**base, "seed": 301}
    yield "window", {**base, "controlnet": [controlnet.net(NETS[0], scale=0.7, start=0.2, end=0.7)], "seed": 302}
    yield "sizes", {**base, **SIZES, **NEGATIVE_SIZES, "num_images_per_prompt": 2, "seed": 303}
    yield "own-size", {**base, "width": None, "height": None, "controlnet": [controlnet.net(NETS[0], "control-odd.png")], "seed": 304}
    yield "guess", {**base, "guess_mode": True, "num_images_per_prompt": 2, "seed": 305, **SIZES, **NEGATIVE_SIZES}
    yield "seeds", {**base, "num_images_per_prompt": 2, "seed": [306, 307], "negative_prompt": "night", "prompt_2": "moon"}
    yield "denoising-end", {**base, "denoising_end": 0.6, "seed": 308, "num_inference_steps": 8,
                            "controlnet": [controlnet.net(NETS[0], start=0.2, end=0.5)]}
    yield "two", {**base, "seed": 309, "controlnet": [
        controlnet.net(NETS[0], scale=0.6, end=0.7), controlnet.net(NETS[1], "control-b.png", scale=0.8)]}


def image_cases():
    base = {"kind": "img2img", "prompt": "a red fox", "num_inference_steps": 6, "strength": 0.7, "guidance_scale": 5.0,
            "images": ["input-a.png"], "controlnet": [controlnet.net(NETS[0])]}
    yield "basic", {**base, "seed": 311}
    yield "sizes", {**base, **SIZES, **NEGATIVE_SIZES, "num_images_per_prompt": 2, "seed": 312}
    yield "two", {**base, "seed": [313, 314], "num_images_per_prompt": 2, "controlnet": [
        controlnet.net(NETS[1], "control-b.png", scale=0.6), controlnet.net(NETS[0], scale=0.8, start=0.3)]}


@torch.no_grad()
def make_net(unet, folder, seed):
    torch.manual_seed(seed)
    made = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(4, 8, 12))
    torch.nn.init.normal_(made.controlnet_cond_embedding.conv_out.weight, std=0.4)
    for zero in [*made.controlnet_down_blocks, made.controlnet_mid_block]:
        torch.nn.init.normal_(zero.weight, std=0.4 / zero.weight.shape[1] ** 0.5)
        torch.nn.init.normal_(zero.bias, std=0.05)
    checkpoints.round_to_half(made)
    made.eval().save_pretrained(folder)


def run(checkpoint, case, inputs, folder, scratch, adapt=lambda pipeline: None):
    nets = [ControlNetModel.from_pretrained(scratch / each["checkpoint"]) for each in case["controlnet"]]
    plain = stable_diffusion_xl.load(checkpoint, case)
    cls = StableDiffusionXLControlNetPipeline if case["kind"] == "text2img" else StableDiffusionXLControlNetImg2ImgPipeline
    parts = {name: part for name, part in plain.components.items() if name in (
        "vae", "unet", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler")}
    pipeline = cls(**parts, controlnet=nets if len(nets) > 1 else nets[0],
                   force_zeros_for_empty_prompt=plain.config.force_zeros_for_empty_prompt, add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    adapt(pipeline)
    kwargs = stable_diffusion_xl.arguments(case, inputs)
    shown = [Image.open(folder / each["images"][0]).convert("RGB") for each in case["controlnet"]]
    kwargs["image" if case["kind"] == "text2img" else "control_image"] = shown if len(nets) > 1 else shown[0]
    for ours, theirs in (("conditioning_scale", "controlnet_conditioning_scale"), ("guidance_start", "control_guidance_start"),
                         ("guidance_end", "control_guidance_end")):
        values = [each[ours] for each in case["controlnet"]]
        kwargs[theirs] = values if len(nets) > 1 else values[0]
    kwargs["guess_mode"] = case.get("guess_mode", False)
    latents = pipeline(**kwargs, output_type="latent").images
    return latents, stable_diffusion_xl.decode(pipeline, latents, True)


def main(scratch, out):
    """Also needs the pictures of `controlnet.py` and the checkpoint of `stable_diffusion_xl.py`."""
    diffusers.utils.logging.set_verbosity_error()
    folder = out / NAME
    folder.mkdir(exist_ok=True)
    if not (scratch / BASE).is_dir():
        checkpoints_xl.make(BASE, scratch / BASE)
    unet = UNet2DConditionModel.from_pretrained(scratch / BASE, subfolder="unet")
    for number, name in enumerate(NETS):
        make_net(unet, scratch / name, 70 + number)
        checkpoints.export_with_ours(scratch / name, out / "checkpoints" / name)
    controlnet.write_controls(folder)
    recorded = []
    for name, case in (*text_cases(), *((f"img2img-{name}", case) for name, case in image_cases())):
        latents, images = run(scratch / BASE, case, out, folder, scratch)
        recorded.append(recording.record(folder, f"{BASE}-control-{name}", BASE, case, latents, images))
    recording.write_cases(folder, recorded)
