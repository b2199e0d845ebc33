"""The x4 upscaler: a tiny checkpoint with random weights, and what StableDiffusionUpscalePipeline makes of it."""

import functools
import json

import diffusers
import torch
from diffusers import (
    AutoencoderKL, DDIMScheduler, DDPMScheduler, StableDiffusionUpscalePipeline, UNet2DConditionModel)
from PIL import Image
from transformers import CLIPTokenizer, CLIPTokenizerFast

import checkpoints
import pipelines
import recording

NAME = "upscaler"
FACTOR = 0.08333  # the pipeline forces the VAE's scaling factor to this


def cases():
    base = {"kind": "upscale", "prompt": "a red fox", "num_inference_steps": 6, "guidance_scale": 4.0, "noise_level": 20,
            "seed": 81, "images": ["small-a.png"]}
    yield "basic", base
    yield "noise-0", {**base, "noise_level": 0, "seed": 82}
    yield "noise-350", {**base, "noise_level": 350, "seed": 83}
    yield "default-noise", {k: v for k, v in base.items() if k != "noise_level"}
    yield "unguided", {**base, "guidance_scale": 1.0, "seed": 84}
    yield "strong-negative", {**base, "guidance_scale": 9.0, "negative_prompt": "night", "seed": 85}
    yield "odd-size", {**base, "images": ["small-odd.png"], "seed": 86}
    yield "batch", {**base, "num_images_per_prompt": 3, "seed": 87}
    yield "images", {**base, "images": ["small-a.png", "small-b.png"], "num_images_per_prompt": 2, "seed": 88}
    yield "seeds", {**base, "num_images_per_prompt": 3, "seed": [89, 90, 91]}
    yield "images-seeds", {**base, "images": ["small-a.png", "small-b.png"], "num_images_per_prompt": 2,
                           "seed": [92, 93, 94, 95]}
    yield "eta", {**base, "eta": 0.7, "seed": 96}
    for sampler in ("EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler", "DPMSolverMultistepScheduler", "PNDMScheduler"):
        yield f"sampler-{sampler.removesuffix('Scheduler').lower()}", {
            **base, "scheduler": sampler, "scheduler_options": {}, "seed": 97}


def vae_of():
    return AutoencoderKL(
        block_out_channels=(8, 12, 16), down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=4, layers_per_block=1, norm_num_groups=2, sample_size=32, scaling_factor=FACTOR)


def unet_of():
    return UNet2DConditionModel(
        block_out_channels=(16, 32), layers_per_block=1, sample_size=16, in_channels=7, out_channels=4, num_class_embeds=1000,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32, attention_head_dim=2, norm_num_groups=4, only_cross_attention=(True, False))


@torch.no_grad()
def calibrate(vae, unet):
    for name, parameter in unet.named_parameters():
        if "attn2" in name and "weight" in name:
            parameter.data *= 3
    sample, text = torch.randn(4, 7, 16, 16), torch.randn(4, 77, 32)
    predicted = unet(sample, torch.tensor([1, 300, 600, 999]), text, class_labels=torch.tensor([0, 20, 100, 350])).sample
    checkpoints.rescale(unet.conv_out, 1 / predicted.std())
    checkpoints.calibrate_vae(vae, 32)


def make(folder):
    torch.manual_seed(23)
    vocabulary = checkpoints.write_tokenizer(folder / "tokenizer", "!")
    vae, unet, text_encoder = vae_of(), unet_of(), checkpoints.text_encoder_of(vocabulary)
    calibrate(vae, unet)
    for part in (vae, unet, text_encoder):
        checkpoints.round_to_half(part)
    StableDiffusionUpscalePipeline(
        vae=vae.eval(), unet=unet.eval(), text_encoder=text_encoder.eval(),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        low_res_scheduler=DDPMScheduler(beta_start=0.0001, beta_end=0.02, beta_schedule="squaredcos_cap_v2"),
        scheduler=DDIMScheduler(beta_start=0.0001, beta_end=0.02, beta_schedule="scaled_linear", clip_sample=False,
                                prediction_type="v_prediction", set_alpha_to_one=False, steps_offset=1)).save_pretrained(folder)
    config = folder / "vae/config.json"  # an old checkpoint, which the pipeline corrects
    config.write_text(json.dumps({**json.loads(config.read_text()), "scaling_factor": 0.18215}, indent=2))


@functools.cache
def load(checkpoint):
    pipeline = StableDiffusionUpscalePipeline.from_pretrained(checkpoint)
    pipeline.tokenizer = CLIPTokenizerFast.from_pretrained(checkpoint / "tokenizer")
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def run(checkpoint, case, inputs):
    pipeline = load(checkpoint)
    pipeline.scheduler = DDIMScheduler.from_pretrained(checkpoint, subfolder="scheduler")
    if "scheduler" in case:
        pipeline.scheduler = getattr(diffusers, case["scheduler"]).from_config(
            pipeline.scheduler.config, **case["scheduler_options"])
    names = ("num_inference_steps", "guidance_scale", "noise_level", "num_images_per_prompt", "eta")
    kwargs = {name: case[name] for name in names if name in case}
    image = [Image.open(inputs / name).convert("RGB") for name in case["images"]]
    if "negative_prompt" in case:
        kwargs["negative_prompt"] = [case["negative_prompt"]] * len(image)
    seed = case["seed"]
    generator = [torch.Generator().manual_seed(s) for s in seed] if isinstance(seed, list) else torch.Generator().manual_seed(seed)
    latents = pipeline(prompt=[case["prompt"]] * len(image), image=image, generator=generator, output_type="latent", **kwargs).images
    assert pipeline.vae.config.scaling_factor == FACTOR
    return latents, pipelines.decode(pipeline, latents)


def main(scratch, out):
    folder, checkpoint = out / NAME, scratch / NAME
    folder.mkdir(exist_ok=True)
    pipelines.picture(16, 16, 4).save(folder / "small-a.png")
    pipelines.picture(16, 16, 5).save(folder / "small-b.png")
    pipelines.picture(27, 18, 6).save(folder / "small-odd.png")
    make(checkpoint)
    checkpoints.export_with_ours(checkpoint, out / "checkpoints" / NAME)
    recorded = []
    for name, case in cases():
        latents, images = run(checkpoint, case, folder)
        recorded.append(recording.record(folder, name, NAME, case, latents, images))
    recording.write_cases(folder, recorded)
