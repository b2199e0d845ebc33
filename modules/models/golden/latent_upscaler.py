"""The x2 latent upscaler: a tiny checkpoint with random weights, and what StableDiffusionLatentUpscalePipeline makes of it.

The pipeline does not hand its generator to the scheduler: the noise of an ancestral sampler comes from torch's global
generator. A call with `generator=torch.manual_seed(seed)`, which *is* the global one, draws all from one seed; that is
what a single seed means here.
"""

import functools

import diffusers
import numpy as np
import torch
from diffusers import (
    AutoencoderKL, EulerDiscreteScheduler, StableDiffusionLatentUpscalePipeline,
    UNet2DConditionModel)
from PIL import Image
from transformers import CLIPTokenizer, CLIPTokenizerFast

import checkpoints
import pipelines
import recording

NAME = "latent-upscaler"


def cases():
    base = {"kind": "upscale", "prompt": "a red fox", "num_inference_steps": 5, "guidance_scale": 4.0, "seed": 61,
            "images": ["input-a.png"]}
    # the upscaler predicts the sample, which the ancestral sampler does not take: diffusers runs it only when told otherwise
    euler_a = {"scheduler": "EulerAncestralDiscreteScheduler", "scheduler_options": {"prediction_type": "epsilon"}}
    yield "basic", base
    yield "empty-prompt", {**base, "prompt": "", "seed": 62}
    yield "scale-0", {**base, "guidance_scale": 0.0, "seed": 63}
    yield "scale-1", {**base, "guidance_scale": 1.0, "seed": 63}
    yield "scale-9", {**base, "guidance_scale": 9.0, "negative_prompt": "night", "seed": 64}
    yield "one-step", {**base, "num_inference_steps": 1, "seed": 65}
    yield "many-steps", {**base, "num_inference_steps": 20, "guidance_scale": 1.0, "seed": 66}
    yield "odd-size", {**base, "images": ["input-odd.png"], "seed": 67}
    yield "images", {**base, "images": ["input-a.png", "input-b.png"], "seed": 68}
    yield "images-seeds", {**base, "images": ["input-a.png", "input-b.png"], "seed": [69, 70]}
    yield "latents", {**base, "images": [], "latents": "input-latents.f32", "latents_shape": [1, 4, 6, 6], "seed": 71}
    yield "ancestral", {**base, **euler_a, "images": ["input-a.png", "input-b.png"], "seed": 72}
    yield "ancestral-latents", {**base, **euler_a, "images": [], "latents": "input-latents.f32",
                                "latents_shape": [1, 4, 6, 6], "guidance_scale": 0.0, "seed": 73}
    yield "karras", {**base, "scheduler": "EulerDiscreteScheduler", "scheduler_options": {"use_karras_sigmas": True},
                     "seed": 74}
    yield "heun", {**base, "scheduler": "HeunDiscreteScheduler", "scheduler_options": {}, "seed": 79}
    yield "lms", {**base, "scheduler": "LMSDiscreteScheduler", "scheduler_options": {}, "seed": 75}
    yield "chain", {**base, "images": [], "after": "sd-factor8-img2img-basic", "seed": 75}
    yield "chain-seeds", {**base, "images": [], "after": "sd-factor8-img2img-seeds", "seed": [76, 77, 78]}


def vae_of():
    return AutoencoderKL(
        block_out_channels=(8, 12, 16), down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=4, layers_per_block=1, norm_num_groups=2, sample_size=32, scaling_factor=0.18215)


def unet_of():
    """The architecture of sd-x2-latent-upscaler with three of its four levels and few channels."""
    return UNet2DConditionModel(
        act_fn="gelu", attention_head_dim=8, block_out_channels=(32, 64, 64), layers_per_block=1, sample_size=16,
        norm_num_groups=None, in_channels=8, out_channels=5, cross_attention_dim=32, conv_in_kernel=1, conv_out_kernel=1,
        down_block_types=("KDownBlock2D", "KCrossAttnDownBlock2D", "KCrossAttnDownBlock2D"),
        up_block_types=("KCrossAttnUpBlock2D", "KCrossAttnUpBlock2D", "KUpBlock2D"),
        mid_block_type=None, only_cross_attention=False, resnet_time_scale_shift="scale_shift",
        time_cond_proj_dim=128 + 32, time_embedding_type="fourier", timestep_post_act="gelu")


@torch.no_grad()
def calibrate(vae, unet):
    for name, parameter in unet.named_parameters():
        if "attn2" in name and "weight" in name:
            parameter.data *= 3
    sample, text, condition = torch.randn(4, 8, 12, 12), torch.randn(4, 77, 32), torch.randn(4, 160)
    predicted = unet(sample, torch.tensor([0.6, 0.2, -0.1, -0.5]), text, timestep_cond=condition).sample
    checkpoints.rescale(unet.conv_out, 0.35 / predicted.std())  # what it sees at high noise is larger than this sample
    checkpoints.calibrate_vae(vae, 32)


def make(folder):
    torch.manual_seed(22)
    vocabulary = checkpoints.write_tokenizer(folder / "tokenizer", "<|endoftext|>")
    vae, unet, text_encoder = vae_of(), unet_of(), checkpoints.text_encoder_of(vocabulary)
    calibrate(vae, unet)
    for part in (vae, unet, text_encoder):
        checkpoints.round_to_half(part)
    StableDiffusionLatentUpscalePipeline(
        vae=vae.eval(), unet=unet.eval(), text_encoder=text_encoder.eval(),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        scheduler=EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
                                         prediction_type="sample")).save_pretrained(folder)


@functools.cache
def load(checkpoint):
    pipeline = StableDiffusionLatentUpscalePipeline.from_pretrained(checkpoint)
    pipeline.tokenizer = CLIPTokenizerFast.from_pretrained(checkpoint / "tokenizer")
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def run(checkpoint, stable_diffusion, case, inputs):
    pipeline = load(checkpoint)
    pipeline.scheduler = EulerDiscreteScheduler.from_pretrained(checkpoint, subfolder="scheduler")
    if "scheduler" in case:
        pipeline.scheduler = getattr(diffusers, case["scheduler"]).from_config(
            pipeline.scheduler.config, **case["scheduler_options"])
    if "after" in case:
        image, _ = pipelines.run(stable_diffusion, before(case["after"]), inputs)
    elif "latents" in case:
        image = torch.from_numpy(np.fromfile(inputs / case["latents"], "<f4").reshape(case["latents_shape"]))
    else:
        image = [Image.open(inputs / name).convert("RGB") for name in case["images"]]
    kwargs = {"negative_prompt": [case["negative_prompt"]] * len(image)} if "negative_prompt" in case else {}
    seed = case["seed"]
    generator = [torch.Generator().manual_seed(s) for s in seed] if isinstance(seed, list) else torch.manual_seed(seed)
    latents = pipeline(
        prompt=[case["prompt"]] * len(image), image=image, num_inference_steps=case["num_inference_steps"],
        guidance_scale=case["guidance_scale"], generator=generator, output_type="latent", **kwargs).images
    return latents, pipelines.decode(pipeline, latents)


def before(name):
    """The image-to-image case of that name."""
    return dict(pipelines.img2img_cases())[name.removeprefix("sd-factor8-img2img-")]


def main(scratch, out):
    """Also needs the pictures of `pipelines.py`, which some cases start from."""
    folder, checkpoint, stable_diffusion = out / NAME, scratch / NAME, scratch / "sd-factor8"
    folder.mkdir(exist_ok=True)
    checkpoints.make("sd-factor8", stable_diffusion)
    make(checkpoint)
    checkpoints.export_with_ours(checkpoint, out / "checkpoints" / NAME)
    recorded = []
    for name, case in cases():
        latents, images = run(checkpoint, stable_diffusion, case, out)
        recorded.append(recording.record(folder, name, NAME, case, latents, images))
    recording.write_cases(folder, recorded)
