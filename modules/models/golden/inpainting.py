"""What StableDiffusionInpaintPipeline makes: with a tiny inpainting checkpoint (a UNet of 9 channels), and with ordinary ones."""

import functools
import json

import diffusers
import torch
from diffusers import PNDMScheduler, StableDiffusionInpaintPipeline, UNet2DConditionModel
from diffusers.image_processor import VaeImageProcessor
from PIL import Image, ImageDraw
from transformers import CLIPTokenizer

import checkpoints
import pipelines
import recording

NAME = "inpainting"


def cases(checkpoint):
    base = {"kind": "inpaint", "prompt": "a red fox", "num_inference_steps": 6, "strength": 1.0, "guidance_scale": 4.0,
            "seed": 101, "images": ["input-a.png"], "mask": "mask.png", "width": 48, "height": 48}
    yield "basic", base
    yield "strength", {**base, "strength": 0.6, "seed": 102}
    yield "weak", {**base, "strength": 0.2, "seed": 103}
    yield "batch", {**base, "num_images_per_prompt": 3, "seed": 104}
    yield "batch-strength", {**base, "num_images_per_prompt": 2, "strength": 0.7, "seed": 105}
    yield "seeds", {**base, "num_images_per_prompt": 3, "seed": [106, 107, 108]}
    yield "seeds-strength", {**base, "num_images_per_prompt": 2, "strength": 0.5, "seed": [109, 110]}
    yield "images", {**base, "images": ["input-a.png", "input-b.png"], "num_images_per_prompt": 2, "strength": 0.8, "seed": 111}
    yield "images-seeds", {**base, "images": ["input-a.png", "input-b.png"], "num_images_per_prompt": 2,
                           "seed": [112, 113, 114, 115]}
    yield "sampler-eulerancestraldiscrete", {
        **base, "scheduler": "EulerAncestralDiscreteScheduler", "scheduler_options": {}, "seed": 122}
    yield "sampler-eulerdiscrete", {**base, "scheduler": "EulerDiscreteScheduler", "scheduler_options": {},
                                    "strength": 0.7, "seed": 123}
    if checkpoint == "sd-factor4":  # there for its scheduler, which this pipeline corrects otherwise than the others do
        return
    yield "unguided", {**base, "guidance_scale": 1.0, "seed": 116}
    yield "negative", {**base, "negative_prompt": "night", "seed": 117}
    yield "own-size", {**base, "width": None, "height": None, "seed": 118}
    yield "odd-size", {**base, "images": ["input-odd.png"], "mask": "mask-odd.png", "width": 80, "height": 48, "seed": 119}
    yield "rounded", {**base, "width": 56, "height": 40, "strength": 0.7, "seed": 119}
    yield "nothing-masked", {**base, "mask": "mask-none.png", "seed": 120}
    yield "all-masked", {**base, "mask": "mask-all.png", "strength": 0.7, "seed": 121}
    for sampler in ("DDIM", "DPMSolverMultistep", "LMSDiscrete", "HeunDiscrete", "DDPM", "UniPCMultistep", "LCM",
                    "KDPM2Discrete", "DPMSolverSinglestep"):
        for strength in (1.0, 0.7):
            yield f"sampler-{sampler.lower()}-{strength}", {
                **base, "scheduler": sampler + "Scheduler", "scheduler_options": {}, "strength": strength, "seed": 124,
                "width": 32, "height": 32}


def write_masks(folder):
    """Grey edges, so that the threshold matters, and colours, of which only the brightness counts."""
    mask = Image.new("RGB", (48, 48))
    ImageDraw.Draw(mask).ellipse((10, 6, 40, 34), fill=(255, 240, 250))
    ImageDraw.Draw(mask).rectangle((2, 30, 20, 46), fill=(127, 127, 127))
    ImageDraw.Draw(mask).rectangle((26, 30, 44, 46), fill=(40, 200, 30))
    mask.save(folder / "mask.png")
    mask.resize((67, 51), Image.BILINEAR).save(folder / "mask-odd.png")
    Image.new("L", (48, 48), 0).save(folder / "mask-none.png")
    Image.new("L", (48, 48), 255).save(folder / "mask-all.png")


def unet_of():
    return UNet2DConditionModel(
        block_out_channels=(16, 32), layers_per_block=1, sample_size=8, in_channels=9, out_channels=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=32, attention_head_dim=2, norm_num_groups=4)


@torch.no_grad()
def calibrate(vae, unet):
    for name, parameter in unet.named_parameters():
        if "attn2" in name and "weight" in name:
            parameter.data *= 3
    predicted = unet(torch.randn(4, 9, 8, 8), torch.tensor([1, 300, 600, 999]), torch.randn(4, 77, 32)).sample
    checkpoints.rescale(unet.conv_out, 1 / predicted.std())
    checkpoints.calibrate_vae(vae, 64)
    pictures = torch.cat([VaeImageProcessor().preprocess(pipelines.picture(64, 64, seed)) for seed in (7, 8, 9)])
    moments = vae.encode(pictures).latent_dist  # pictures, of which the pipeline shows the UNet latents, are no noise
    factor = 1 / (vae.config.scaling_factor * moments.mean.std())
    vae.quant_conv.weight.data[:4] *= factor
    vae.quant_conv.bias.data[:4] *= factor
    vae.quant_conv.weight.data[4:] *= 2 / moments.logvar.std()  # deviations that differ, and are below the means' spread
    vae.quant_conv.bias.data[4:] -= vae.encode(pictures).latent_dist.logvar.mean() + 4


def make(folder):
    torch.manual_seed(24)
    vocabulary = checkpoints.write_tokenizer(folder / "tokenizer", "<|endoftext|>")
    vae, unet, text_encoder = checkpoints.vae_of("sd-factor8"), unet_of(), checkpoints.text_encoder_of(vocabulary)
    calibrate(vae, unet)
    for part in (vae, unet, text_encoder):
        checkpoints.round_to_half(part)
    StableDiffusionInpaintPipeline(
        vae=vae.eval(), unet=unet.eval(), text_encoder=text_encoder.eval(), scheduler=PNDMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=False, set_alpha_to_one=False,
            prediction_type="v_prediction"),  # `skip_prk_steps` and `steps_offset` are for the pipeline to correct
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False).save_pretrained(folder)
    file = folder / "scheduler/scheduler_config.json"  # the constructor above has corrected it
    file.write_text(json.dumps({**json.loads(file.read_text()), "skip_prk_steps": False, "steps_offset": 0}, indent=2))


@functools.cache
def load(checkpoint, exported):
    """With the scheduler as the exported folder has it, which an exporter may have corrected already."""
    config = json.loads((exported / "scheduler/scheduler_config.json").read_text())

    def pipeline():
        scheduler = getattr(diffusers, config["_class_name"]).from_pretrained(exported, subfolder="scheduler")
        return StableDiffusionInpaintPipeline(
            **pipelines.networks(checkpoint), scheduler=scheduler, safety_checker=None, feature_extractor=None,
            requires_safety_checker=False)

    return pipeline


def run(checkpoint, case, inputs, folder):
    pipeline = load(checkpoint, inputs / "checkpoints" / checkpoint.name)()
    pipeline.set_progress_bar_config(disable=True)
    if "scheduler" in case:
        pipeline.scheduler = getattr(diffusers, case["scheduler"]).from_config(
            pipeline.scheduler.config, **case["scheduler_options"])
    names = ("num_inference_steps", "strength", "guidance_scale", "num_images_per_prompt", "width", "height")
    kwargs = {name: case[name] for name in names if name in case}
    image = [Image.open(inputs / name).convert("RGB") for name in case["images"]]
    if "negative_prompt" in case:
        kwargs["negative_prompt"] = [case["negative_prompt"]] * len(image)
    seed = case["seed"]
    generator = [torch.Generator().manual_seed(s) for s in seed] if isinstance(seed, list) else torch.Generator().manual_seed(seed)
    latents = pipeline(
        prompt=[case["prompt"]] * len(image), image=image, mask_image=Image.open(folder / case["mask"]).convert("RGB"),
        generator=generator, output_type="latent", **kwargs).images
    return latents, pipelines.decode(pipeline, latents)


def main(scratch, out):
    folder = out / NAME
    folder.mkdir(exist_ok=True)
    write_masks(folder)
    make(scratch / NAME)
    checkpoints.export_with_ours(scratch / NAME, out / "checkpoints" / NAME)
    recorded = []
    for checkpoint in (NAME, "sd-factor8", "sd-factor4"):
        if checkpoint != NAME:
            checkpoints.make(checkpoint, scratch / checkpoint)
        for name, case in cases(checkpoint):
            name = f"{checkpoint}-inpaint-{name}"
            latents, images = run(scratch / checkpoint, case, out, folder)
            recorded.append(recording.record(folder, name, checkpoint, case, latents, images))
    recording.write_cases(folder, recorded)
